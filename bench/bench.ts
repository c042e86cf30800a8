import { isPaced, loadText } from './load/schedule.ts';
import { measure } from './measure/measure.ts';
import { plan } from './measure/plan.ts';
import type { Case, Sample } from './measure/sample.ts';
import type { Stage } from './measure/stage.ts';
import type { Options } from './options.ts';
import { type CaseSummary, summarizeCases } from './report/summary.ts';
import { type Judged, judge } from './report/targets.ts';
import { wireText } from './report/text-report.ts';
import { type Summary, summarize } from './statistics.ts';
import type { SubjectName } from './subjects/subject.ts';

export interface Result {
  samples: readonly Sample[];
  cases: readonly CaseSummary[];
  ready: readonly { subject: SubjectName; millis: Summary }[];
  judged: readonly Judged[];
}

/** @param tell what is being done */
export async function bench(stage: Stage, options: Options, tell: (what: string) => void): Promise<Result> {
  tell(`starting each ${options.starts} times`);
  const ready = await readyTimes(stage, options);
  const samples: Sample[] = [];
  for (const { subject, case: one, round } of plan(options)) {
    tell(`${subject}, ${caseText(one)}, round ${round}`);
    samples.push(await measure(stage, options, subject, one, round));
  }
  const cases = summarizeCases(samples, options);
  const readyMillis = ready.find(({ subject }) => subject === 'tocsin')?.millis.median;
  return { samples, cases, ready, judged: judge({ cases, readyMillis }) };
}

async function readyTimes(stage: Stage, { starts, subjects }: Options): Promise<Result['ready']> {
  const millis = new Map<SubjectName, number[]>(subjects.map((subject) => [subject, []]));
  for (let start = 0; start < starts; start++) {
    for (const [subject, times] of millis)
      times.push(await stage.withSubject(subject, 'none', ({ readyMillis }) => Promise.resolve(readyMillis)));
  }
  return [...millis].map(([subject, times]) => ({ subject, millis: summarize(times) }));
}

/** Why a run proves nothing, or that something broke; empty if it is sound. */
export function mistakesOf({ samples, cases }: Result, { leastRatio }: Options): string[] {
  const invalid = samples.flatMap(({ subject, round, problems, ...one }) =>
    problems.map((problem) => `${subject}, ${caseText(one)}, round ${round}: ${problem}`),
  );
  // In JSON the reference is no measure: it passes on what it got, read and written by the engine itself.
  const comparable = cases.filter(({ load, encoding }) => !isPaced(load) && encoding === 'protobuf');
  const absurd = comparable.flatMap(({ ratios, ...one }) => {
    const ratio = ratios.find(({ by }) => by === 'reference')?.ratio.median ?? Infinity;
    if (ratio >= leastRatio) return [];
    return [`${caseText(one)}: ${ratio.toFixed(2)}x the reference, less than ${leastRatio}x`];
  });
  return [...invalid, ...absurd];
}

function caseText(one: Case): string {
  return `${loadText(one.load)}, ${wireText(one)}`;
}
