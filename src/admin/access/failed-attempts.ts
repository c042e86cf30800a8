import type { Clock } from '../../runtime/clock.ts';

const mostFailures = 10;
const windowMillis = 60_000;
/** Addresses that are remembered; beyond it the one that failed the longest ago is forgotten. */
const mostAddresses = 1000;

/** Who tries tokens that are wrong, by the address that it comes from. */
export class FailedAttempts {
  private readonly clock: Clock;
  /** When the last of them were, by the monotonic clock; the address that failed last is the last. */
  private readonly byAddress = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Milliseconds until this address may try again; 0 if it may now. */
  pauseOf(address: string): number {
    const times = this.byAddress.get(address);
    const first = times?.length === mostFailures ? times[0]! : Number.NEGATIVE_INFINITY;
    return Math.max(0, first + windowMillis - this.clock.monotonic());
  }

  add(address: string): void {
    const times = this.byAddress.get(address) ?? [];
    this.byAddress.delete(address);
    for (const oldest of this.byAddress.keys()) {
      if (this.byAddress.size < mostAddresses) break;
      this.byAddress.delete(oldest);
    }
    this.byAddress.set(address, [...times.slice(1 - mostFailures), this.clock.monotonic()]);
  }

  get addressCount(): number {
    return this.byAddress.size;
  }
}
