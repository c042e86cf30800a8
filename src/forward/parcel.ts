import type { Signal } from '../otlp/signal.ts';
import { splitRequest } from '../otlp/slice.ts';
import type { Batch } from '../pipeline/sink.ts';
import { joinedAndReleased } from '../runtime/release.ts';
import type { SpoolRecord } from './spool/spool-record.ts';

/** What a batch takes beside its bytes; else very many very small ones would take far more memory than the bound says. */
const batchOverheadBytes = 512;

/** Items of one batch, and who is told what becomes of them. */
export interface Share extends Pick<Batch, 'items' | 'settled'> {
  /** Whether the ledger counts them at this destination. */
  isCounted: boolean;
}

/** Batches of one signal that are sent, tried again and lost together, as one request. */
export interface Parcel {
  readonly signal: Signal;
  /** An Export*ServiceRequest; undefined while it is only on disk. */
  bytes: Uint8Array | undefined;
  readonly items: number;
  /** In the order in which their items stand in the bytes. */
  shares: readonly Share[];
  /** What is older has the lower one. */
  readonly number: number;
  /** How often it was sent in vain. */
  tries: number;
  /** How often of that while others were taken. */
  strikes: number;
  /** How many had been taken when it was last sent. */
  takenBefore: number;
  /** It is a part of one that was refused, or that one: how many requests may still be made to find what is bad in it. */
  readonly search?: { requestsLeft: number };
  /** Where it stands on disk. */
  record?: SpoolRecord;
  /** Where that stands which it is a part of. */
  whole?: SpoolRecord;
}

export function parcelOf({ signal, bytes, items, settled }: Batch, number: number, isCounted = true): Parcel {
  const shares = [{ items, settled, isCounted }];
  return { signal, bytes, items, shares, number, tries: 0, strikes: 0, takenBefore: 0 };
}

/**
 * One of several of one signal. A message that follows another of its type is one message with it: repeated fields are added up
 * (https://protobuf.dev/programming-guides/encoding/#last-one-wins), and requests have no other fields.
 * @param parcels never sent and in memory, at least one
 */
export function joined(parcels: readonly Parcel[]): Parcel {
  const [first] = parcels;
  if (parcels.length === 1) return first!;
  return {
    ...first!,
    bytes: joinedAndReleased(parcels.map(({ bytes }) => bytes!)),
    items: parcels.reduce((sum, { items }) => sum + items, 0),
    shares: parcels.flatMap(({ shares }) => shares),
  };
}

/** @returns undefined if it cannot be made smaller */
export function halves(parcel: Parcel, search: Parcel['search']): [Parcel, Parcel] | undefined {
  const { signal, bytes, items, shares, record, whole = record, ...others } = parcel;
  if (items < 2) return undefined;
  const first = Math.ceil(items / 2);
  const [head, tail] = splitOrNot(signal, bytes!, first);
  if (head.length === 0 || tail.length === 0) return undefined;
  const [headShares, tailShares] = divided(shares, first);
  const part = {
    ...others,
    signal,
    tries: 0,
    strikes: 0,
    ...(search && { search }),
    ...(whole && { whole }),
  };
  return [
    { ...part, bytes: head, items: first, shares: headShares },
    { ...part, bytes: tail, items: items - first, shares: tailShares },
  ];
}

/** What is not OTLP, against all that was checked before, stays as it is. */
function splitOrNot(signal: Signal, bytes: Uint8Array, first: number): [Uint8Array, Uint8Array] {
  try {
    return splitRequest(signal, bytes, first);
  } catch {
    return [bytes, new Uint8Array(0)];
  }
}

/** @param first so many items go into the first of the two */
function divided(shares: readonly Share[], first: number): [Share[], Share[]] {
  const parts: [Share[], Share[]] = [[], []];
  let room = first;
  for (const share of shares) {
    const here = Math.min(room, share.items);
    room -= here;
    if (here > 0) parts[0].push({ ...share, items: here });
    if (share.items > here) parts[1].push({ ...share, items: share.items - here });
  }
  return parts;
}

/** The memory that it takes, or will take once it is read, in bytes; it is alone in it. */
export function costOf({ bytes, shares, record }: Pick<Parcel, 'bytes' | 'shares' | 'record'>): number {
  return (bytes?.buffer.byteLength ?? record?.bytes ?? 0) + shares.length * batchOverheadBytes;
}

/** @param refused items in it that the back end did not take */
export function settleForwarded({ shares }: Parcel, refused: number): void {
  let left = refused;
  for (const { items, settled } of shares) {
    // Which of them they were, no answer says.
    const here = Math.min(left, items);
    left -= here;
    if (items > here) settled('forwarded', items - here);
    if (here > 0) settled('lost', here);
  }
}

export function settleAll({ shares }: Parcel, fate: 'lost' | 'unrouted' | 'stored'): void {
  for (const { items, settled } of shares) settled(fate, items);
}

/** Its items that the ledger counts at this destination. */
export function countedIn({ shares }: Parcel): number {
  return shares.reduce((sum, { items, isCounted }) => sum + (isCounted ? items : 0), 0);
}
