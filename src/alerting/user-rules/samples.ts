import type { CallRate } from '../../derive/call-rates.ts';
import type { Issue } from '../../issues/issue.ts';
import type { Facts } from '../conditions/facts.ts';

/** What is counted, by name. */
export type Figures = Readonly<Record<string, number>>;

/** Something that rules can be about, and how much of it there is. */
export interface Sample {
  labels: Readonly<Record<string, string>>;
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

/** The labels that each has, and the figures. */
export const sampleShapes: Readonly<
  Record<SampleKind, { labels: readonly string[]; figures: readonly string[] }>
> = {
  calls: {
    labels: ['service', 'environment', 'operation'],
    figures: ['calls', 'failed', 'failed_ratio'],
  },
  runs: { labels: ['service', 'environment', 'task'], figures: ['runs', 'failed', 'failed_ratio'] },
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

const samplesOf: Readonly<Record<SampleKind, (facts: Facts) => Sample[]>> = {
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

/** All samples of one look, made once for all rules. */
export class SampleBook {
  private readonly facts: Facts;
  private readonly byKind = new Map<SampleKind, Map<string, Sample[]>>();

  constructor(facts: Facts) {
    this.facts = facts;
  }

  /** @param service of which, if it is known that it is of no other: most rules are about one */
  of(kind: SampleKind, service?: string): readonly Sample[] {
    let services = this.byKind.get(kind);
    if (services === undefined) this.byKind.set(kind, (services = byService(samplesOf[kind](this.facts))));
    return service === undefined ? [...services.values()].flat() : (services.get(service) ?? []);
  }
}

function byService(samples: readonly Sample[]): Map<string, Sample[]> {
  const services = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { service = '' } = sample.labels;
    const known = services.get(service);
    if (known === undefined) services.set(service, [sample]);
    else known.push(sample);
  }
  return services;
}

function placeOf({ service }: CallRate, environmentOf: Facts['environmentOf']) {
  return { service, environment: environmentOf(service) };
}

function labelsOf(issue: Issue): Sample['labels'] {
  return Object.fromEntries(ofIssue.map((name) => [name, String(issue[name])]));
}
