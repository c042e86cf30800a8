import { copyOf } from '../otlp/slice.ts';
import type { Batch, Settlement } from '../pipeline/sink.ts';

/**
 * The batch once for each of several destinations, in memory of its own. What became of it is what became of the first: each item
 * has one fate. But it is only told when none of the others has anything of it in memory alone any more either, since what is settled
 * is in no journal.
 */
export function fannedOut(batch: Batch, destinations: number): Batch[] {
  const ofFirst = new Map<Settlement, number>();
  let waiting = batch.items * destinations;
  return Array.from({ length: destinations }, (_, i) => ({
    ...batch,
    bytes: i === 0 ? batch.bytes : copyOf(batch.bytes),
    settled: (fate, items) => {
      if (i === 0) ofFirst.set(fate, (ofFirst.get(fate) ?? 0) + items);
      waiting -= items;
      if (waiting > 0) return;
      for (const [settlement, some] of ofFirst) batch.settled(settlement, some);
    },
  }));
}
