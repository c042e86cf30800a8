import type { Case } from '../measure/sample.ts';
import { type Load, loadText } from '../load/schedule.ts';
import type { Summary } from '../statistics.ts';
import { type SubjectName, subjectNames } from '../subjects/subject.ts';
import type { CaseSummary, SubjectSummary } from './summary.ts';
import { figure, table } from './table.ts';
import type { Judged } from './targets.ts';

const heads = [
  'wire',
  'load',
  'subject',
  'spans/s',
  'spans/CPU-s',
  'mCPU',
  'p50 ms',
  'p99 ms',
  'RSS MB',
  'PSS MB',
  'B/span',
  'not 200',
  'lost',
];

/** Medians of all rounds; of spans per processor second, and of what Tocsin's are by those of others, the interval as well. */
export function casesText(cases: readonly CaseSummary[]): string {
  const others = subjectNames.filter((name) =>
    cases.some(({ ratios }) => ratios.some(({ by }) => by === name)),
  );
  return table(
    [[...heads, ...others.map((name) => `by ${name}`)], ...cases.flatMap((one) => rowsOf(one, others))],
    3,
  );
}

function rowsOf(one: CaseSummary, others: readonly SubjectName[]): string[][] {
  return one.subjects.map((subject, index) => [
    index === 0 && one.load !== 0 ? wireText(one) : '',
    index === 0 ? loadText(one.load) : '',
    ...subjectCells(subject, one.load),
    ...others.map((name) => {
      const found = one.ratios.find(({ by }) => by === name);
      return found === undefined || subject.subject !== 'tocsin' ? '' : spread(found.ratio);
    }),
  ]);
}

function subjectCells(summary: SubjectSummary, load: Load): string[] {
  const isIdle = load === 0;
  return [
    summary.subject,
    isIdle ? '' : figure(summary.spansPerSecond.median),
    isIdle ? '' : spread(summary.spansPerProcessorSecond),
    figure(summary.millicoresUsed.median),
    figure(summary.p50Millis.median),
    figure(summary.p99Millis.median),
    figure(summary.rssBytes.median / 1e6),
    figure(summary.pssBytes.median / 1e6),
    figure(summary.bytesPerSpan.median),
    isIdle ? '' : String(summary.failedRequests),
    isIdle ? '' : String(summary.lostSpans),
  ];
}

/** Over HTTP it is the encoding that makes a difference, and over gRPC there is only one. */
export function wireText({
  transport,
  encoding,
  compression,
}: Pick<Case, 'transport' | 'encoding' | 'compression'>): string {
  const wire = transport === 'grpc' ? 'gRPC' : encoding;
  return compression === 'none' ? wire : `${wire} ${compression}`;
}

function spread({ median, interval: [low, high] }: Summary): string {
  return `${figure(median)} (${figure(low)}–${figure(high)})`;
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
