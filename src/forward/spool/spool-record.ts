import type { Signal } from '../../otlp/signal.ts';
import type { LogEntry } from '../../runtime/segments/log-entry.ts';

/** What is known of a request that waits on disk without reading it. */
export interface SpooledFacts {
  /** Milliseconds since the Unix epoch. */
  storedAt: number;
  items: number;
  /** Those of them that the ledger counts here, and not at another destination. */
  counted: number;
}

/**
 * Every record begins with it, little-endian; the request follows.
 *
 *   0         8       12        16
 *   ┼ storedAt ┼ items ┼ counted ┼ Export*ServiceRequest …
 */
export const factsBytes = 16;

export function encodeFacts({ storedAt, items, counted }: SpooledFacts): Buffer {
  const facts = Buffer.allocUnsafe(factsBytes);
  facts.writeDoubleLE(storedAt, 0);
  facts.writeUInt32LE(items, 8);
  facts.writeUInt32LE(counted, 12);
  return facts;
}

/** @returns undefined if they cannot be */
export function decodeFacts(facts: Buffer): SpooledFacts | undefined {
  if (facts.length < factsBytes) return undefined;
  const storedAt = facts.readDoubleLE(0);
  const items = facts.readUInt32LE(8);
  const counted = facts.readUInt32LE(12);
  return Number.isFinite(storedAt) && items > 0 && counted <= items
    ? { storedAt, items, counted }
    : undefined;
}

/** A request that stands on disk until nobody needs it there any more. */
export class SpoolRecord implements SpooledFacts {
  readonly signal: Signal;
  readonly storedAt: number;
  readonly items: number;
  readonly counted: number;
  private readonly entry: LogEntry;
  private readonly onDone: () => void;
  private holders = 1;
  /** It had to make room. */
  isGone = false;

  constructor(signal: Signal, facts: SpooledFacts, entry: LogEntry, onDone: () => void) {
    this.signal = signal;
    this.storedAt = facts.storedAt;
    this.items = facts.items;
    this.counted = facts.counted;
    this.entry = entry;
    this.onDone = onDone;
  }

  get bytes(): number {
    return this.entry.length;
  }

  /** @throws DamagedRecord, or what the system says of a file that cannot be read */
  async read(): Promise<Uint8Array> {
    return (await this.entry.read()).subarray(factsBytes);
  }

  /** One more that needs it. */
  hold(): void {
    this.holders++;
  }

  /** One less: it goes with the last. */
  done(): void {
    if (--this.holders > 0) return;
    this.entry.done();
    this.onDone();
  }
}
