import { type Signal, signals } from '../../otlp/signal.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import type { LogEntry } from '../../runtime/segments/log-entry.ts';
import type { SegmentFormat } from '../../runtime/segments/record.ts';
import { SegmentLog } from '../../runtime/segments/segment-log.ts';
import type { Events } from '../../telemetry/events.ts';

/** A body that is in the journal, or that is at least under way. */
export interface JournalEntry {
  /** Nothing of it is pending any more, or it was refused: it is not to be replayed. */
  done(): void;
}

/** A body that was not done when the last process ended. */
export interface LeftBody extends JournalEntry {
  signal: Signal;
  /** @throws what the system says of a file that cannot be read */
  read(): Promise<Uint8Array>;
}

export interface JournalDependencies {
  clock: Clock;
  events: Events;
  directory: string;
  /** A file is full at this many bytes. */
  segmentBytes?: number;
  /** All files together; beyond it the oldest is given up. */
  maxBytes?: number;
}

/** Its tags are the numbers of signals. */
const format: SegmentFormat = {
  suffix: 'journal',
  header: Buffer.from('TocsinJournal 1\n'),
  tags: signals.length,
  prefixBytes: 0,
};

/**
 * What was taken and is not done yet, on disk: appended before the answer. A disk that does not take it does not keep the app's
 * telemetry out: bodies then pass without protection, which is told loudly.
 */
export class Journal implements Component {
  readonly name = 'journal';
  private readonly events: Events;
  private readonly log: SegmentLog;
  private left: LeftBody[] = [];

  constructor({
    clock,
    events,
    directory,
    segmentBytes = 8 * 2 ** 20,
    maxBytes = 256 * 2 ** 20,
  }: JournalDependencies) {
    this.events = events;
    this.log = new SegmentLog({
      clock,
      directory,
      format,
      segmentBytes,
      maxBytes,
      isBusy: true,
      verifies: true,
      onFailed: (error) => events.journal.failed(error),
      onGivenUp: (entries) => events.journal.gaveUp(entries.length),
    });
  }

  /** Finds what the last process left. A journal that cannot be read is told and not used; it stops nobody. */
  async start(): Promise<void> {
    const { events } = this;
    try {
      const { left, cutFiles, damaged, unknownFiles } = await this.log.start();
      this.left = left.map(({ entry }) => leftBody(entry));
      if (cutFiles > 0) events.journal.cut(cutFiles);
      if (damaged > 0) events.journal.damaged(damaged);
      if (unknownFiles > 0) events.journal.unknown(unknownFiles);
    } catch {
      // It was told.
    }
  }

  /** What the last process left, in the order in which it came; each is to be taken again and then marked done. */
  takeLeft(): LeftBody[] {
    const { left } = this;
    this.left = [];
    return left;
  }

  /**
   * @param payloadCrc crc32 of the body
   * @throws WriterBusy
   */
  async append(signal: Signal, body: Uint8Array, payloadCrc: number): Promise<JournalEntry> {
    const { events, log } = this;
    if (log.isResting) {
      events.journal.bypassed();
      return unprotected;
    }
    try {
      const entry = await log.append(signals.indexOf(signal), [body], payloadCrc);
      events.journal.worked();
      return entry;
    } catch (error) {
      if ((error as Error).name === 'WriterBusy') throw error;
      events.journal.bypassed();
      return unprotected;
    }
  }

  /** Writes what waits. What is not done then is replayed at the next start. */
  stop(): Promise<void> {
    return this.log.stop();
  }

  /** Settled when what was added so far is on disk. */
  written(): Promise<void> {
    return this.log.written();
  }

  /** What the disk has to take before it comes to what is added now. */
  get waitingBytes(): number {
    return this.log.waitingBytes;
  }

  get bytes(): number {
    return this.log.bytes;
  }
}

function leftBody(entry: LogEntry): LeftBody {
  return { signal: signals[entry.tag]!, read: () => entry.read(), done: () => entry.done() };
}

const unprotected: JournalEntry = { done: () => undefined };
