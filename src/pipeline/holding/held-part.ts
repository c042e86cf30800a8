import type { fate } from '../fate.ts';
import type { Expirable } from './expiring.ts';

/** Of a part that has none. */
export const noRecord = -1;
export const nobody = -1;

/** A request, some spans of which are held: nothing of it may be forgotten until all of them are settled. */
export class Origin {
  readonly settled: Promise<void>;
  private resolve: () => void = () => undefined;
  private left = 0;

  constructor() {
    this.settled = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  hold(): void {
    this.left++;
  }

  /** To be called as often as `hold`. */
  settle(): void {
    if (--this.left === 0) this.resolve();
  }
}

/**
 * What waits for a span that is to come. That is named by 64 bits which follow from its ids and its resource: two spans that are the
 * same in them will hardly ever be.
 */
interface Waiting<T> extends Expirable<T> {
  parentHash: number;
  parentBits: number;
  /** Those that wait for spans with the same hash. */
  before: Awaiting | undefined;
  after: Awaiting | undefined;
  /** The topmost span above the one that it waited for, once that has come; `nobody` while it waits. */
  calledBy: number;
}

/** Spans of one request that hang together, below a span that is to come: another one further up, once it has come without its local root. */
export interface HeldPart extends Waiting<HeldPart> {
  readonly kind: 'part';
  /** The first of its records; each says which is the next. */
  firstRecord: number;
  spans: number;
  /** What becomes of it if that span does not come. */
  readonly otherwise: typeof fate.keepAll | typeof fate.thin | typeof fate.sampleOut;
  readonly origin: Origin;
}

/** A part of this local trace was kept: so is the rest of it. */
export interface KeptMark extends Waiting<KeptMark> {
  readonly kind: 'mark';
  /** Whatever the sampling ratio is. */
  readonly always: boolean;
}

export type Awaiting = HeldPart | KeptMark;

export function isPart(awaiting: Awaiting): awaiting is HeldPart {
  return awaiting.kind === 'part';
}

/** Without spans yet. */
export function newPart(
  parentHash: number,
  parentBits: number,
  otherwise: HeldPart['otherwise'],
  origin: Origin,
): HeldPart {
  return {
    kind: 'part',
    parentHash,
    parentBits,
    before: undefined,
    after: undefined,
    calledBy: nobody,
    until: 0,
    older: undefined,
    newer: undefined,
    firstRecord: noRecord,
    spans: 0,
    otherwise,
    origin,
  };
}

export function newMark(parentHash: number, parentBits: number, always: boolean): KeptMark {
  return {
    kind: 'mark',
    parentHash,
    parentBits,
    before: undefined,
    after: undefined,
    calledBy: nobody,
    until: 0,
    older: undefined,
    newer: undefined,
    always,
  };
}
