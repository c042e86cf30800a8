import type { Clock } from '../runtime/clock.ts';
import { halves, type Parcel } from './parcel.ts';
import { mostRequestBytes } from './waiting.ts';
import type { Refusal } from './verdict.ts';

/** Whoever took something so lately knows OTLP: what it finds bad is in the request. */
const recentMillis = 60_000;
/** For each request that is refused as bad, itself among them. */
const mostSearchRequests = 20;
/** However small the requests are that a back end finds too large: others are not made smaller than this for it. */
const leastRequestBytes = 64 * 1024;

/** Decides which requests that were refused are divided in two, since the one or the other half of them may be taken. */
export class Divider {
  private readonly clock: Clock;
  private takenAt = Number.NEGATIVE_INFINITY;
  /** What waits together goes out together up to this: less than what was found too large. */
  mostRequestBytes = mostRequestBytes;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A request was taken. */
  taken(): void {
    this.takenAt = this.clock.monotonic();
  }

  /** @returns undefined if it is to be refused as it is */
  divide(parcel: Parcel, about: Refusal): [Parcel, Parcel] | undefined {
    switch (about) {
      case 'all':
        return undefined;
      case 'size':
        return this.inHalves(parcel);
      case 'content':
        return this.search(parcel);
    }
  }

  private inHalves(parcel: Parcel): [Parcel, Parcel] | undefined {
    const parts = halves(parcel, parcel.search);
    if (parts !== undefined)
      this.mostRequestBytes = Math.max(
        leastRequestBytes,
        Math.min(this.mostRequestBytes, parcel.bytes!.length / 2),
      );
    return parts;
  }

  private search(parcel: Parcel): [Parcel, Parcel] | undefined {
    const isTrusted = this.clock.monotonic() - this.takenAt <= recentMillis;
    const search = parcel.search ?? { requestsLeft: isTrusted ? mostSearchRequests - 1 : 0 };
    if (search.requestsLeft < 2) return undefined;
    const parts = halves(parcel, search);
    if (parts !== undefined) search.requestsLeft -= parts.length;
    return parts;
  }
}
