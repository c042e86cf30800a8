import { mix } from '../../otlp/mix.ts';
import type { ClientCall } from '../client-calls/client-call.ts';
import { mayBeRetried } from '../client-calls/outcome.ts';
import type { Place } from '../client-calls/place.ts';
import { HashChains, none } from '../../runtime/hash-chains.ts';

/** By which rule an attempt follows another, the surest first; 0 = it follows none. */
export const rule = {
  /** It has the same parent. */
  sibling: 1,
  /** Its parent is as that of the other: same name, below the same span. */
  cousin: 2,
  /** It has no parent, or one that had ended before: some clients do not keep the context of a retry. */
  orphan: 3,
} as const;

/** What is asked for, the parent; and of those only that may be tried again, what is asked for, and that and the parent. */
export type Common = 'operation' | 'parent' | 'failedOperation' | 'failedParent';

/**
 * Calls of late, each a row of numbers: so many objects that live for a minute would be a burden. A row is used again when all others
 * have been, so what is known of an attempt is bounded by count and not by time.
 */
export class Attempts {
  readonly capacity: number;
  readonly operation: Int32Array;
  readonly parent: Int32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly method: Uint16Array;
  readonly outcome: Uint8Array;
  readonly reason: Uint8Array;
  readonly weight: Int32Array;
  readonly isMarked: Uint8Array;
  /** Its chain has been counted: nothing follows it any more. */
  readonly isClosed: Uint8Array;
  /** It was given up since another was answered that was sent at the same time: nothing makes it good. */
  readonly isLost: Uint8Array;
  /** The attempt that it makes good, the one that makes it good, and by which rule it follows the first. */
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly rule: Uint8Array;
  /** Attempts before it that are not there any more. */
  readonly forgotten: Uint16Array;
  /** The end of its span's id, as it is: two that are otherwise alike are told apart by that in every process. */
  readonly id: Int32Array;
  readonly places: (Place | undefined)[];
  /** Those that have something in common. */
  readonly chains: Readonly<Record<Common, HashChains>>;
  /** Rows so far, in 32 bits; none is the first, since there 0 says that there is none. */
  private written = 0;

  /** @param capacity a power of 2 */
  constructor(capacity: number) {
    this.capacity = capacity;
    const ints = (): Int32Array => new Int32Array(capacity);
    const bytes = (): Uint8Array => new Uint8Array(capacity);
    this.operation = ints();
    this.parent = ints();
    this.start = new Float64Array(capacity);
    this.end = new Float64Array(capacity);
    this.method = new Uint16Array(capacity);
    this.outcome = bytes();
    this.reason = bytes();
    this.weight = ints();
    this.isMarked = bytes();
    this.isClosed = bytes();
    this.isLost = bytes();
    this.before = ints().fill(none);
    this.after = ints().fill(none);
    this.rule = bytes();
    this.forgotten = new Uint16Array(capacity);
    this.id = ints();
    this.chains = {
      operation: new HashChains(capacity),
      parent: new HashChains(capacity),
      failedOperation: new HashChains(capacity),
      failedParent: new HashChains(capacity),
    };
    this.places = Array.from<undefined>({ length: capacity });
  }

  /** The row that is written next: what is in it, if anything, is to be let go of. */
  get nextRow(): number {
    return (this.written + 1) & (this.capacity - 1);
  }

  /** How many rows had been written when this one was: tells what is in it from what will be. */
  generationOf(row: number): number {
    return (this.written - ((this.written - row) & (this.capacity - 1))) | 0;
  }

  isInUse(row: number): boolean {
    return this.places[row] !== undefined;
  }

  add(call: ClientCall): number {
    const row = this.nextRow;
    this.written = (this.written + 1) | 0;
    if (this.written === 0) this.written = this.capacity;
    this.operation[row] = call.operation;
    this.parent[row] = call.parentHash;
    this.start[row] = call.startMillis;
    this.end[row] = call.endMillis;
    this.method[row] = call.method;
    this.outcome[row] = call.outcome;
    this.weight[row] = call.weight;
    this.id[row] = call.idEnd;
    this.places[row] = call.place;
    if (call.isMarked) this.isMarked[row] = 1;
    const { chains, written } = this;
    const sibling = mix(call.operation, call.parentHash);
    chains.operation.add(call.operation, written);
    chains.parent.add(siblingKey(call.operation, call.parentHash), written);
    if (!mayBeRetried(call.outcome)) return row;
    chains.failedOperation.add(call.operation, written);
    chains.failedParent.add(sibling, written);
    return row;
  }

  /** The newest that may have this in common with a row: others may be among them. `none` if there is none. */
  newest(common: Common, row: number): number {
    const operation = this.operation[row]!;
    const parent = this.parent[row]!;
    let key = operation;
    if (common === 'parent') key = siblingKey(operation, parent);
    else if (common === 'failedParent') key = mix(operation, parent);
    return this.chains[common].first(key, this.written);
  }

  older(common: Common, row: number): number {
    return this.chains[common].next(row, this.written);
  }

  /**
   * Whether another call was made to the same dependency below the same span, before a time.
   * @param mostLooks so many of those below it are looked at
   */
  hasSiblingBefore(row: number, time: number, mostLooks: number): boolean {
    const { parent, places, start } = this;
    let other = this.newest('parent', row);
    for (let left = mostLooks; other !== none && left > 0; left--) {
      const isSibling = other !== row && parent[other] === parent[row] && places[other] === places[row];
      if (isSibling && start[other]! < time) return true;
      other = this.older('parent', other);
    }
    return false;
  }

  /** Leaves it as most are from first to last: they follow none, none follows them, and they say no more than that they were well. */
  free(row: number): void {
    this.places[row] = undefined;
    if (this.isMarked[row] === 1) this.isMarked[row] = 0;
    if (this.rule[row] === 0 && !this.mayBeRetried(row)) return;
    this.reason[row] = 0;
    this.isClosed[row] = 0;
    this.isLost[row] = 0;
    this.before[row] = none;
    this.after[row] = none;
    this.rule[row] = 0;
    this.forgotten[row] = 0;
  }

  mayBeRetried(row: number): boolean {
    return mayBeRetried(this.outcome[row]!);
  }

  /** In the order of time; of two at the same time always the same one comes first, whichever was heard of first. */
  isEarlier(row: number, other: number): boolean {
    const { start, end, id } = this;
    if (start[row] !== start[other]) return start[row]! < start[other]!;
    if (end[row] !== end[other]) return end[row]! < end[other]!;
    return id[row]! < id[other]!;
  }

  /** The same by when they ended. */
  endsEarlier(row: number, other: number): boolean {
    return this.end[row] === this.end[other] ? this.isEarlier(row, other) : this.end[row]! < this.end[other]!;
  }

  isSameOperation(row: number, other: number): boolean {
    const { operation, method, places } = this;
    return (
      operation[row] === operation[other] && method[row] === method[other] && places[row] === places[other]
    );
  }
}

/** The parent, whatever is asked for; without one, all have that in common. */
function siblingKey(operation: number, parent: number): number {
  return parent === 0 ? mix(operation, 0) : parent;
}
