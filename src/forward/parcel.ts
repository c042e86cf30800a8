import type { Signal } from '../otlp/signal.ts';
import type { Batch } from '../pipeline/sink.ts';
import { release } from '../runtime/release.ts';

/** What a batch takes beside its bytes; else very many very small ones would take far more memory than the bound says. */
const batchOverheadBytes = 512;

/** Items of one batch, and who is told what becomes of them. */
export type Share = Pick<Batch, 'items' | 'settled'>;

/** Batches of one signal that are sent, tried again and lost together, as one request. */
export interface Parcel {
  readonly signal: Signal;
  /** An Export*ServiceRequest. */
  readonly bytes: Uint8Array;
  readonly items: number;
  /** Without their bytes, which would otherwise be there twice. */
  readonly batches: readonly Share[];
  /** What is older has the lower one. */
  readonly number: number;
  /** How often it was sent in vain. */
  tries: number;
  /** How often of that while others were taken. */
  strikes: number;
  /** How many had been taken when it was last sent. */
  takenBefore: number;
}

export function parcelOf({ signal, bytes, items, settled }: Batch, number: number): Parcel {
  return {
    signal,
    bytes,
    items,
    batches: [{ items, settled }],
    number,
    tries: 0,
    strikes: 0,
    takenBefore: 0,
  };
}

/**
 * One of several of one signal. A message that follows another of its type is one message with it: repeated fields are added up
 * (https://protobuf.dev/programming-guides/encoding/#last-one-wins), and requests have no other fields.
 * @param parcels never sent, at least one
 */
export function joined(parcels: readonly Parcel[]): Parcel {
  const [first] = parcels;
  if (parcels.length === 1) return first!;
  return {
    ...first!,
    bytes: concatenated(parcels.map(({ bytes }) => bytes)),
    items: parcels.reduce((sum, { items }) => sum + items, 0),
    batches: parcels.flatMap(({ batches }) => batches),
  };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
    release(part);
  }
  return whole;
}

/** The memory that it takes, in bytes; it is alone in it. */
export function costOf({ bytes, batches }: Pick<Parcel, 'bytes' | 'batches'>): number {
  return bytes.buffer.byteLength + batches.length * batchOverheadBytes;
}

/** @param refused items in it that the back end did not take */
export function settleForwarded({ batches }: Parcel, refused: number): void {
  let left = refused;
  for (const { items, settled } of batches) {
    // Which of them they were, no answer says.
    const here = Math.min(left, items);
    left -= here;
    if (items > here) settled('forwarded', items - here);
    if (here > 0) settled('lost', here);
  }
}

export function settleAll({ batches }: Parcel, fate: 'lost' | 'unrouted'): void {
  for (const { items, settled } of batches) settled(fate, items);
}
