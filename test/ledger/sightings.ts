import { ledgerSignalOf } from '../../src/pipeline/ledger-signal.ts';
import type { LedgerSignal } from '../../src/telemetry/events.ts';
import type { Delivery } from './upstream.ts';

/** What became of one item at a back end. */
export interface Sighting {
  /** Times that it was taken and its sender knows; may know; does not know. */
  yes: number;
  maybe: number;
  no: number;
  /** It was refused for good. */
  refused: boolean;
}

/** By the number of the item. */
export function sightingsIn(deliveries: readonly Delivery[]): Map<number, Sighting> {
  const sightings = new Map<number, Sighting>();
  const of = (number: number): Sighting => {
    const sighting = sightings.get(number) ?? { yes: 0, maybe: 0, no: 0, refused: false };
    sightings.set(number, sighting);
    return sighting;
  };
  for (const { took, refused, isKnown } of deliveries) {
    for (const number of took) of(number)[isKnown]++;
    for (const number of refused) of(number).refused = true;
  }
  return sightings;
}

export type Bounds = [least: number, most: number];

/** How many items of each signal a process can have counted as forwarded by what it was answered. */
export function takenIn(deliveries: readonly Delivery[]): Record<LedgerSignal, Bounds> {
  const bounds: Record<LedgerSignal, Bounds> = { spans: [0, 0], log_records: [0, 0], data_points: [0, 0] };
  for (const { signal, took, isKnown } of deliveries) {
    const of = bounds[ledgerSignalOf[signal]];
    if (isKnown === 'yes') of[0] += took.length;
    if (isKnown !== 'no') of[1] += took.length;
  }
  return bounds;
}
