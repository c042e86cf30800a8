import { isPaced, type Load } from '../load/schedule.ts';
import type { Summary } from '../statistics.ts';
import type { SubjectName } from '../subjects/subject.ts';
import type { CaseSummary, SubjectSummary } from './summary.ts';
import { figure, table } from './table.ts';
import type { Judged } from './targets.ts';

const heads = [
  'compression',
  'load',
  'subject',
  'spans/s',
  'spans/CPU-s',
  'cores',
  'p50 ms',
  'p99 ms',
  'RSS MB',
  'PSS MB',
  'not 200',
  'lost',
  'ratio',
];

/** Medians of all rounds; of the ratio the least and the most as well. */
export function casesText(cases: readonly CaseSummary[]): string {
  return table([heads, ...cases.flatMap(rowsOf)], 3);
}

function rowsOf({ compression, load, subjects, ratio }: CaseSummary): string[][] {
  return subjects.map((subject, index) => [
    index === 0 && load !== 0 ? compression : '',
    index === 0 ? loadText(load) : '',
    ...subjectCells(subject, load),
    index === 0 && ratio !== undefined ? spread(ratio) : '',
  ]);
}

function subjectCells(summary: SubjectSummary, load: Load): string[] {
  const isIdle = load === 0;
  return [
    summary.subject,
    isIdle ? '' : figure(summary.spansPerSecond.median),
    figure(summary.spansPerProcessorSecond.median),
    figure(summary.coresUsed.median),
    figure(summary.p50Millis.median),
    figure(summary.p99Millis.median),
    figure(summary.rssBytes.median / 1e6),
    figure(summary.pssBytes.median / 1e6),
    isIdle ? '' : String(summary.failedRequests),
    isIdle ? '' : String(summary.lostSpans),
  ];
}

export function loadText(load: Load): string {
  if (load === 0) return 'idle';
  return isPaced(load) ? load.toLocaleString('en') : load;
}

function spread({ median, least, most }: Summary): string {
  return `${figure(median)} (${figure(least)}–${figure(most)})`;
}

export function readyText(ready: readonly { subject: SubjectName; millis: Summary }[]): string {
  return ready.map(({ subject, millis }) => `ready after, ${subject}: ${spread(millis)} ms\n`).join('');
}

export function targetsText(judged: readonly Judged[]): string {
  return judged
    .map(
      ({ target, found, unit, met }) => `${met ? 'ok    ' : 'MISSED'} ${target}: ${figure(found)}${unit}\n`,
    )
    .join('');
}
