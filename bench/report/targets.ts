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
  { name: 'idle RSS', unit: ' MB', find: idleMegabytes, atMost: 110 },
  { name: 'ready', unit: ' ms', find: ({ readyMillis }) => readyMillis, atMost: 400 },
  { name: 'saturated, by the reference', unit: 'x', find: (outcome) => ratio(outcome, 'none'), atLeast: 4 },
  {
    name: 'saturated, gzip, by the reference',
    unit: 'x',
    find: (outcome) => ratio(outcome, 'gzip'),
    atLeast: 2.5,
  },
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

function idleMegabytes({ cases }: Outcome): number | undefined {
  const idle = cases.find(({ load }) => load === 0);
  const bytes = idle?.subjects.find(({ subject }) => subject === 'tocsin')?.rssBytes.median;
  return bytes === undefined ? undefined : bytes / 1e6;
}

function ratio({ cases }: Outcome, wanted: CaseSummary['compression']): number | undefined {
  return cases.find(({ load, compression }) => load === 'saturated' && compression === wanted)?.ratio?.median;
}
