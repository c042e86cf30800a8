import type { SpanName } from '../failures/awaited-parents.ts';
import type { ResourceFacts } from '../resource-facts.ts';
import type { fate } from './fate.ts';
import type { SpanBits } from './held-spans.ts';

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

/** Spans of one request that hang together, below a span that is to come. */
export interface HeldPart {
  /** Which that is; another one further up, once it has come without its local root. */
  parent: SpanName;
  /** Where in the slab the request is that was made of them, and its length. */
  readonly place: number;
  readonly byteLength: number;
  /** What becomes of it if that span does not come. */
  readonly otherwise: typeof fate.keepAll | typeof fate.thin | typeof fate.sampleOut;
  readonly spans: number;
  /** Their resources, in the order in which they stand in it. */
  readonly resources: readonly ResourceFacts[];
  /** Which they are. */
  readonly bits: SpanBits;
  readonly origin: Origin;
}

/** A part of this local trace was kept: so is the rest of it. */
export interface KeptMark {
  readonly parent: SpanName;
  /** Whatever the sampling ratio is. */
  readonly always: boolean;
}

export type Awaiting = HeldPart | KeptMark;

export function isPart(awaiting: Awaiting): awaiting is HeldPart {
  return 'place' in awaiting;
}
