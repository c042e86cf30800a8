import type { Round } from './round.ts';
import { attemptsOf, type Outcome } from './shipment.ts';

type Counts = Record<string, number>;

/** What went on in all rounds together. */
export class Summary {
  readonly counts = {
    rounds: 0,
    lives: 0,
    kills: 0,
    stops: 0,
    reloads: 0,
    fullDisks: 0,
    lockedStores: 0,
    scrapes: 0,
    requests: {} as Record<string, Counts>,
    items: {} as Record<string, Counts>,
    deliveries: {} as Counts,
    doubles: { answerLost: 0, afterCrash: 0, sentAgain: 0 },
  };

  add({ traffic, lives, upstreams, checks, scrapes }: Round): void {
    const { counts } = this;
    counts.rounds++;
    counts.scrapes += scrapes;
    if (lives !== undefined) {
      counts.lives += lives.history.lives.length;
      for (const key of ['kills', 'stops', 'reloads', 'fullDisks', 'lockedStores'] as const)
        counts[key] += lives.counts[key];
    }
    for (const { kind, signal, attempts } of traffic.shipments) {
      const of = (counts.requests[kind === 'good' ? signal : kind] ??= {});
      for (const { outcome } of attempts) increase(of, outcome.kind);
    }
    for (const { deliveries } of upstreams)
      for (const { answer } of deliveries) increase(counts.deliveries, answer);
    for (const { doubles } of checks)
      for (const key of ['answerLost', 'afterCrash', 'sentAgain'] as const)
        counts.doubles[key] += doubles[key];
    this.addItems(traffic, checks);
  }

  /** For people. */
  get text(): string {
    const { requests, items, deliveries, doubles, ...others } = this.counts;
    return [
      listed(others),
      ...Object.entries(requests).map(([kind, of]) => `requests of ${kind}: ${listed(of)}`),
      ...Object.entries(items).map(([signal, of]) => `${signal}: ${listed(of)}`),
      `the back ends answered: ${listed(deliveries)}`,
      `came more than once: ${listed(doubles)}`,
    ].join('\n');
  }

  private addItems({ items }: Round['traffic'], [first]: Round['checks']): void {
    for (const { number, signal, shipment, isValid } of items.values()) {
      const of = (this.counts.items[signal] ??= {});
      const sighting = first?.sightings.get(number);
      const kinds = new Set<Outcome['kind']>(
        attemptsOf(shipment, 'taken').map(({ outcome }) => outcome.kind),
      );
      increase(of, 'sent');
      if (kinds.has('taken')) increase(of, isValid ? 'taken' : 'rejected');
      if ((sighting?.yes ?? 0) > 0) increase(of, 'came');
      else if (sighting?.refused) increase(of, 'refused by the back end');
      else if (kinds.has('taken') && isValid && sighting === undefined) increase(of, 'did not come');
    }
  }
}

function increase(counts: Counts, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function listed(counts: Readonly<Record<string, unknown>>): string {
  return Object.entries(counts)
    .map(([key, count]) => `${key} ${String(count)}`)
    .join(', ');
}
