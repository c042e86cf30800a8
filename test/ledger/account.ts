import { ledgerSignalOf } from '../../src/pipeline/ledger-signal.ts';
import { type Fate, fates, type LedgerSignal, ledgerSignals } from '../../src/telemetry/events.ts';
import type { Account } from '../support/ledger-accounts.ts';
import type { Expectations, Expected } from './expected.ts';
import { attemptsOf, type Item, type Shipment } from './shipment.ts';
import type { Bounds, Sighting } from './sightings.ts';

type AccountBounds = Record<Fate, Bounds>;

/** What the ledger must say once all has come to its end, of a Tocsin that was never killed, by what was sent and what came. */
export class AccountBounded {
  readonly of: Record<LedgerSignal, AccountBounds>;
  private readonly expectations: Expectations;

  constructor(
    shipments: readonly Shipment[],
    sightings: ReadonlyMap<number, Sighting>,
    expectations: Expectations,
  ) {
    this.expectations = expectations;
    this.of = { spans: noBounds(), log_records: noBounds(), data_points: noBounds() };
    for (const shipment of shipments) this.add(shipment, sightings);
  }

  /** @returns what is wrong with these */
  problemsOf(accounts: Record<LedgerSignal, Account>): string[] {
    return ledgerSignals.flatMap((signal) =>
      fates.flatMap((fate) => {
        const [[least, most], counted] = [this.of[signal][fate], accounts[signal][fate]];
        if (counted >= least && counted <= most) return [];
        const must = least === most ? `${least}` : `${least} to ${most}`;
        return [`${signal} ${fate}: ${counted} counted, and there must be ${must}`];
      }),
    );
  }

  private add(shipment: Shipment, sightings: ReadonlyMap<number, Sighting>): void {
    const bounds = this.of[ledgerSignalOf[shipment.signal]];
    const taken = attemptsOf(shipment, 'taken');
    const heard = attemptsOf(shipment, 'taken', 'unknown');
    if (shipment.kind !== 'good' || heard.length === 0) return;
    const items = shipment.items.length;
    // Each process works on it once, if at all; one that found it in the journal knows it already.
    const most = new Set(heard.map(({ life }) => life)).size;
    const least = Math.min(1, taken.length);
    add(bounds.received, taken.length * items, heard.length * items);
    add(bounds.duplicate, Math.max(0, taken.length - most) * items, (heard.length - 1) * items);
    for (const item of shipment.items) {
      const possible = this.fatesOf(item, sightings.get(item.number));
      for (const fate of possible) add(bounds[fate], possible.length === 1 ? least : 0, most);
      if (possible.length > 1 || most === 1) continue;
      for (const fate of anywhere) if (!possible.includes(fate)) add(bounds[fate], 0, most - 1);
    }
  }

  private fatesOf(item: Item, sighting: Sighting | undefined): Fate[] {
    if (!item.isValid) return ['rejected'];
    if ((sighting?.yes ?? 0) > 0) return ['forwarded'];
    const came: Fate[] = (sighting?.maybe ?? 0) > 0 ? ['forwarded', 'lost'] : [];
    return [...new Set([...came, ...withoutComing[this.expectations.of(item)]])];
  }
}

const anywhere: readonly Fate[] = ['forwarded', 'dropped', 'sampled_out', 'lost'];

/** What can have become of what did not come. */
const withoutComing: Readonly<Record<Expected, readonly Fate[]>> = {
  forward: ['lost'],
  drop: ['dropped'],
  'sample out': ['sampled_out'],
  // It was not taken, as far as anybody knows.
  never: [],
  any: ['dropped', 'sampled_out', 'lost'],
};

function noBounds(): AccountBounds {
  return Object.fromEntries(fates.map((fate) => [fate, [0, 0]])) as unknown as AccountBounds;
}

function add(bounds: Bounds, least: number, most: number): void {
  bounds[0] += least;
  bounds[1] += most;
}
