import { crc32 } from 'node:zlib';
import { type Signal, signals } from '../../otlp/signal.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { LogEntry } from '../../runtime/segments/log-entry.ts';
import { recordHeaderBytes, type SegmentFormat } from '../../runtime/segments/record.ts';
import { type LeftEntry, SegmentLog } from '../../runtime/segments/segment-log.ts';
import type { SpoolEvents } from '../../telemetry/spool-events.ts';
import { decodeFacts, encodeFacts, factsBytes, type SpooledFacts, SpoolRecord } from './spool-record.ts';

export interface SpoolOptions {
  clock: Clock;
  events: SpoolEvents;
  directory: string;
  /** Beyond it the oldest makes room. */
  maxBytes: number;
  /** Told of what had to make room. */
  onGivenUp: (records: readonly SpoolRecord[]) => void;
}

/** Its tags are the numbers of signals. */
const format: SegmentFormat = {
  suffix: 'spool',
  header: Buffer.from('TocsinSpool 1\n'),
  tags: signals.length,
  prefixBytes: factsBytes,
};
const mostSegmentBytes = 8 * 2 ** 20;
/** A failure is told of for so long. */
const recentMillis = 60_000;
/** So many files at least: what makes room goes file by file. */
const leastSegments = 8;

/**
 * What waits for one back end, on disk: it is found again after a restart, and after a crash. A disk that does not take it leaves
 * it in memory, which is told loudly, and is tried again.
 */
export class Spool {
  private readonly options: SpoolOptions;
  private readonly log: SegmentLog;
  /** In the order in which they were stored. */
  private readonly records = new Map<LogEntry, SpoolRecord>();
  private readonly counted: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 };
  private isStarted = false;
  private failure = { reason: '', at: Number.NEGATIVE_INFINITY };

  constructor(options: SpoolOptions) {
    const { clock, directory, maxBytes } = options;
    this.options = options;
    this.log = new SegmentLog({
      clock,
      directory,
      format,
      segmentBytes: Math.min(mostSegmentBytes, Math.ceil(maxBytes / leastSegments)),
      maxBytes,
      isBusy: false,
      // Every payload is checked when it is read: the start waits for none of them.
      verifies: false,
      onFailed: (error) => this.failed(error),
      onGivenUp: (entries) => this.givenUp(entries),
    });
  }

  /** Finds what the last process left, the oldest first. */
  async start(): Promise<SpoolRecord[]> {
    const { events } = this.options;
    this.isStarted = true;
    try {
      const { left, cutFiles, damaged, unknownFiles } = await this.log.start();
      const found = left.flatMap((entry) => this.found(entry) ?? []);
      if (cutFiles > 0) events.cut(cutFiles);
      if (damaged + left.length > found.length) events.damaged(damaged + left.length - found.length);
      if (unknownFiles > 0) events.unknown(unknownFiles);
      return found;
    } catch {
      // It was told, and is tried again when there is something to store.
      return [];
    }
  }

  /** @returns undefined if it could not be stored, which was told */
  async append(
    signal: Signal,
    request: Uint8Array,
    counts: Pick<SpooledFacts, 'items' | 'counted'>,
  ): Promise<SpoolRecord | undefined> {
    const { clock, events, maxBytes } = this.options;
    if (!this.isStarted || this.log.isResting || request.length + factsBytes + recordHeaderBytes > maxBytes)
      return undefined;
    const facts = { storedAt: clock.now(), ...counts };
    const head = encodeFacts(facts);
    try {
      const entry = await this.log.append(
        signals.indexOf(signal),
        [head, request],
        crc32(request, crc32(head)),
      );
      this.failure.at = Number.NEGATIVE_INFINITY;
      events.worked();
      events.stored(signal, counts.items);
      return this.add(signal, facts, entry);
    } catch {
      return undefined;
    }
  }

  /** What is in it is found at the next start. */
  stop(): Promise<void> {
    return this.log.stop();
  }

  /** Why it could not be used just now, for people: nobody knows when it can again before there is something to store. */
  get problem(): string | undefined {
    if (this.options.clock.monotonic() - this.failure.at > recentMillis) return undefined;
    return `the spool cannot be used (${this.failure.reason}), and what waits is in memory alone`;
  }

  get bytes(): number {
    return this.log.bytes;
  }

  get size(): number {
    return this.records.size;
  }

  /** When the oldest was stored; milliseconds since the Unix epoch. */
  get oldestAt(): number | undefined {
    const [oldest] = this.records.values();
    return oldest?.storedAt;
  }

  /** Items in it that the ledger counts here. */
  countedOf(signal: Signal): number {
    return this.counted[signal];
  }

  private found({ entry, prefix }: LeftEntry): SpoolRecord | undefined {
    const facts = decodeFacts(prefix);
    if (facts !== undefined) return this.add(signals[entry.tag]!, facts, entry);
    entry.done();
    return undefined;
  }

  private add(signal: Signal, facts: SpooledFacts, entry: LogEntry): SpoolRecord {
    const record = new SpoolRecord(signal, facts, entry, () => this.forget(entry));
    this.records.set(entry, record);
    this.counted[signal] += facts.counted;
    return record;
  }

  private forget(entry: LogEntry): SpoolRecord | undefined {
    const record = this.records.get(entry);
    if (record === undefined) return undefined;
    this.records.delete(entry);
    this.counted[record.signal] -= record.counted;
    return record;
  }

  private givenUp(entries: readonly LogEntry[]): void {
    const records = entries.flatMap((entry) => this.forget(entry) ?? []);
    for (const record of records) record.isGone = true;
    this.options.onGivenUp(records);
  }

  private failed(error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    this.failure = { reason: code, at: this.options.clock.monotonic() };
    this.options.events.failed(error);
  }
}
