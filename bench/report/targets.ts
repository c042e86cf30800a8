import { isPaced, type Load, loadText } from '../load/schedule.ts';
import type { Compression } from '../options.ts';
import type { SubjectName } from '../subjects/subject.ts';
import type { CaseSummary } from './summary.ts';

export interface Judged {
  /** What must be true, such as `idle RSS ≤ 110 MB`. */
  target: string;
  found: number;
  unit: string;
  met: boolean;
}

export interface Outcome {
  cases: readonly CaseSummary[];
  /** Median, of Tocsin; undefined if it was not measured. */
  readyMillis: number | undefined;
}

interface Target {
  name: string;
  unit: string;
  find: (outcome: Outcome) => number | undefined;
  atMost?: number;
  atLeast?: number;
}

const targets: readonly Target[] = [
  ...(['saturated', 'storm'] as const).flatMap((load) => [
    ratioTarget(load, 'none', 'otelcol', 3),
    ratioTarget(load, 'gzip', 'otelcol', 1.5),
    ratioTarget(load, 'none', 'reference', 6),
    ratioTarget(load, 'gzip', 'reference', 3.5),
  ]),
  // No more processor time for the same spans.
  ...[1000, 10_000].flatMap((load) => [
    ratioTarget(load, 'none', 'otelcol', 1),
    ratioTarget(load, 'gzip', 'otelcol', 1),
  ]),
  answerTarget(10_000, 'none', 10),
  answerTarget(10_000, 'gzip', 10),
  { name: 'idle RSS', unit: ' MB', find: idleMegabytes, atMost: 110 },
  { name: 'ready', unit: ' ms', find: ({ readyMillis }) => readyMillis, atMost: 300 },
];

/** Of the targets those of which something was measured. */
export function judge(outcome: Outcome): Judged[] {
  return targets.flatMap(({ name, unit, find, atMost, atLeast }) => {
    const found = find(outcome);
    if (found === undefined) return [];
    const target = `${name} ${atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`}${unit}`;
    return [{ target, found, unit, met: found <= (atMost ?? Infinity) && found >= (atLeast ?? -Infinity) }];
  });
}

function ratioTarget(load: Load, compression: Compression, by: SubjectName, atLeast: number): Target {
  return {
    name: `${caseName(load, compression)}, spans/CPU-s by those of ${by}`,
    unit: 'x',
    find: (outcome) => caseOf(outcome, load, compression)?.ratios.find((one) => one.by === by)?.ratio.median,
    atLeast,
  };
}

function answerTarget(load: Load, compression: Compression, atMost: number): Target {
  return {
    name: `${caseName(load, compression)}, p99`,
    unit: ' ms',
    find: (outcome) => tocsinOf(caseOf(outcome, load, compression))?.p99Millis.median,
    atMost,
  };
}

function idleMegabytes(outcome: Outcome): number | undefined {
  const bytes = tocsinOf(caseOf(outcome, 0, 'none'))?.rssBytes.median;
  return bytes === undefined ? undefined : bytes / 1e6;
}

function caseName(load: Load, compression: Compression): string {
  const name = isPaced(load) ? `${loadText(load)} spans/s` : load;
  return compression === 'none' ? name : `${name}, ${compression}`;
}

/** Targets are about what most SDKs send by default. */
function caseOf({ cases }: Outcome, load: Load, compression: Compression): CaseSummary | undefined {
  return cases.find(
    (one) =>
      one.load === load &&
      one.compression === compression &&
      one.transport === 'http' &&
      one.encoding === 'protobuf',
  );
}

function tocsinOf(one: CaseSummary | undefined): CaseSummary['subjects'][number] | undefined {
  return one?.subjects.find(({ subject }) => subject === 'tocsin');
}
