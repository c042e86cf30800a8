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
export const sampleKinds = ['calls', 'runs', 'events', 'issues', 'breakers', 'retries'] as const;
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

/** What there is of each kind. */
interface SampleShape {
  labels: readonly string[];
  /** What is counted, and added up: how much there is in all comes first. */
  counted: readonly string[];
  /** The share of the second of those in the first. It cannot be added up as they can: it is of the sums. */
  ratio?: string;
}

export const sampleShapes: Readonly<Record<SampleKind, SampleShape>> = {
  calls: {
    labels: ['service', 'environment', 'operation'],
    counted: ['calls', 'failed'],
    ratio: 'failed_ratio',
  },
  runs: { labels: ['service', 'environment', 'task'], counted: ['runs', 'failed'], ratio: 'failed_ratio' },
  events: { labels: ofIssue, counted: ['events'] },
  issues: { labels: ofIssue, counted: ['issues'] },
  breakers: {
    labels: ['service', 'environment', 'breaker', 'shadow'],
    counted: ['open', 'failed_probes', 'refused'],
  },
  retries: {
    labels: ['service', 'environment', 'dependency'],
    counted: ['attempts', 'retries'],
    ratio: 'retry_ratio',
  },
};

/** What a rule can compare. */
export function figuresOf(kind: SampleKind): readonly string[] {
  const { counted, ratio } = sampleShapes[kind];
  return ratio === undefined ? counted : [...counted, ratio];
}

/** How far back each looks at what is only known since the start. */
export const countedMillis: Readonly<Record<SampleKind, number>> = {
  calls: 5 * 60_000,
  runs: 60 * 60_000,
  events: 5 * 60_000,
  issues: 0,
  breakers: 0,
  retries: 60_000,
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
  breakers: ({ resilience, environmentOf }) =>
    resilience.openBreakers.map((breaker) => ({
      labels: { ...placeOf(breaker, environmentOf), breaker: breaker.name, shadow: String(breaker.isShadow) },
      figures: { open: 1, failed_probes: breaker.failedProbes, refused: breaker.calls },
    })),
  retries: ({ resilience, environmentOf }) =>
    resilience.recentRetries.map(({ service, dependency, attempts, retries }) => ({
      labels: { ...placeOf({ service }, environmentOf), dependency },
      figures: { attempts, retries },
    })),
};

function placeOf({ service }: { service: string }, environmentOf: Facts['environmentOf']) {
  return { service, environment: environmentOf(service) };
}

function labelsOf(issue: Issue): Labels {
  return Object.fromEntries(ofIssue.map((name) => [name, String(issue[name])]));
}
