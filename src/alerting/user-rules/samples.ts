import type { CallRate } from '../../derive/call-rates.ts';
import type { Issue } from '../../issues/issue.ts';
import type { Facts } from '../conditions/facts.ts';
import type { Labels } from '../label-set.ts';

/** What is counted, by name. */
export type Figures = Readonly<Record<string, number>>;

/** Something that rules can be about, and how much of it there is. */
export interface Sample {
  labels: Labels;
  /** Without the ratio. */
  figures: Figures;
}

/** What a rule can be over. */
export const sampleKinds = ['calls', 'runs', 'events', 'issues'] as const;
export type SampleKind = (typeof sampleKinds)[number];

const ofIssue = [
  'service',
  'environment',
  'severity',
  'class',
  'type',
  'component',
  'operation',
  'state',
  'swallowed',
] as const;

/** The share of what failed in all. It cannot be added up as what is counted can: it is of the sums. */
export const ratioName = 'failed_ratio';

/** The labels that each has, and the figures. */
export const sampleShapes: Readonly<
  Record<SampleKind, { labels: readonly string[]; figures: readonly string[] }>
> = {
  calls: {
    labels: ['service', 'environment', 'operation'],
    figures: ['calls', 'failed', ratioName],
  },
  runs: { labels: ['service', 'environment', 'task'], figures: ['runs', 'failed', ratioName] },
  events: { labels: ofIssue, figures: ['events'] },
  issues: { labels: ofIssue, figures: ['issues'] },
};

/** How far back each looks at what is only known since the start. */
export const countedMillis: Readonly<Record<SampleKind, number>> = {
  calls: 5 * 60_000,
  runs: 60 * 60_000,
  events: 5 * 60_000,
  issues: 0,
};

/** All that there is at one look. */
export const samplesOf: Readonly<Record<SampleKind, (facts: Facts) => Sample[]>> = {
  calls: ({ calls, environmentOf }) =>
    calls.map((rate) => ({
      labels: { ...placeOf(rate, environmentOf), operation: rate.operation },
      figures: { calls: rate.recent.calls, failed: rate.recent.failed },
    })),
  runs: ({ runs, environmentOf }) =>
    runs.map((rate) => ({
      labels: { ...placeOf(rate, environmentOf), task: rate.operation },
      figures: {
        runs: rate.recent.calls + rate.before.calls,
        failed: rate.recent.failed + rate.before.failed,
      },
    })),
  events: ({ activeIssues }) =>
    activeIssues.map(({ issue, events }) => ({ labels: labelsOf(issue), figures: { events } })),
  issues: ({ openIssues }) =>
    openIssues.map((issue) => ({ labels: labelsOf(issue), figures: { issues: 1 } })),
};

function placeOf({ service }: CallRate, environmentOf: Facts['environmentOf']) {
  return { service, environment: environmentOf(service) };
}

function labelsOf(issue: Issue): Labels {
  return Object.fromEntries(ofIssue.map((name) => [name, String(issue[name])]));
}
