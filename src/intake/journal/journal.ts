import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signal } from '../../otlp/signal.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import type { Events } from '../../telemetry/events.ts';
import { GroupWriter, type Piece } from './group-writer.ts';
import { loadSegments } from './load.ts';
import { encodeHeader, recordKind } from './record.ts';
import { Segment } from './segment.ts';
import { readPayload } from './segment-reader.ts';

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

/** Bytes that may wait for the disk. */
const mostWaitingBytes = 32 * 2 ** 20;
/** After a write that failed, none is tried for this long. */
const retryMillis = 1_000;
/** How often it is looked whether the files are still there. */
const lookMillis = 5_000;

interface JournalPiece extends Piece {
  /** Bodies that it opens. */
  bodies: 0 | 1;
}

/**
 * What was taken and is not done yet, on disk: appended before the answer and not fsynced, so that it survives the death of the
 * process but not that of the machine.
 *
 *   000001.journal ─ body 7 ─ body 8 ─ done 7 ─┐ deleted when 8 is done, the oldest first, since
 *   000002.journal ─ body 9 ─ done 8 ─ …       ┘ the marks of one file stand in later ones
 *
 * A disk that does not take it does not keep the app's telemetry out: bodies then pass without protection, which is told loudly.
 */
export class Journal implements Component {
  readonly name = 'journal';
  private readonly dependencies: Required<JournalDependencies>;
  private readonly writer = new GroupWriter<JournalPiece, Segment>(mostWaitingBytes, (pieces) =>
    this.write(pieces),
  );
  /** The oldest first. */
  private segments: Segment[] = [];
  private current: Segment | undefined;
  private left: LeftBody[] = [];
  private lastId = 0;
  private lastFile = 0;
  private failedAt = Number.NEGATIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: JournalDependencies) {
    this.dependencies = { segmentBytes: 16 * 2 ** 20, maxBytes: 256 * 2 ** 20, ...dependencies };
  }

  /** Finds what the last process left. A journal that cannot be read is told and not used; it stops nobody. */
  async start(): Promise<void> {
    const { directory, events } = this.dependencies;
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const loaded = await loadSegments(directory);
      this.segments = loaded.segments;
      this.lastId = loaded.lastId;
      this.lastFile = loaded.lastFile;
      this.left = loaded.open.map(({ segment, record }) => {
        const { signal, id } = record;
        const read = (): Promise<Uint8Array> => readPayload(segment.path, record);
        return { ...this.entry(segment, signal, id), signal, read };
      });
      if (loaded.unreadableBytes > 0) events.journalUnreadable(loaded.unreadableBytes);
      await this.prune();
    } catch (error) {
      this.fail(error);
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
    const { events } = this.dependencies;
    if (this.isResting) {
      events.journalBypassed();
      return unprotected;
    }
    const id = ++this.lastId;
    const header = encodeHeader(recordKind.body, signal, id, body.length, payloadCrc);
    try {
      const segment = await this.writer.add({ buffers: [header, body], bodies: 1 });
      events.journalWorked();
      return this.entry(segment, signal, id);
    } catch (error) {
      if ((error as Error).name === 'WriterBusy') throw error;
      this.fail(error);
      events.journalBypassed();
      return unprotected;
    }
  }

  /** Writes what waits. What is not done then is replayed at the next start. */
  async stop(): Promise<void> {
    await this.writer.drained();
    await this.current?.close();
    if (this.segments.every(({ openBodies }) => openBodies === 0))
      await Promise.all(this.segments.map((segment) => segment.delete()));
    this.segments = [];
    this.current = undefined;
  }

  get bytes(): number {
    return this.segments.reduce((sum, { size }) => sum + size, 0);
  }

  private get isResting(): boolean {
    return this.dependencies.clock.monotonic() - this.failedAt < retryMillis;
  }

  private entry(segment: Segment, signal: Signal, id: number): JournalEntry {
    let isDone = false;
    return {
      done: () => {
        if (!isDone) this.mark(segment, signal, id);
        isDone = true;
      },
    };
  }

  private mark(segment: Segment, signal: Signal, id: number): void {
    segment.openBodies--;
    const mark = encodeHeader(recordKind.done, signal, id, 0, crcOfNothing);
    // A mark that is lost leads to a replay, which is idempotent.
    const written = this.isResting ? undefined : this.writer.add({ buffers: [mark], bodies: 0 });
    written?.catch((error: unknown) => this.fail(error));
    if (segment.openBodies === 0 && segment !== this.current) void this.prune();
  }

  private async write(pieces: readonly JournalPiece[]): Promise<Segment> {
    const segment = await this.writable();
    await segment.append(pieces.flatMap(({ buffers }) => buffers));
    // Here and not by those that wait: a file without an open body may be deleted.
    for (const { bodies } of pieces) segment.openBodies += bodies;
    return segment;
  }

  /** The file to write to: a new one if there is none, it is full, or somebody deleted it. */
  private async writable(): Promise<Segment> {
    const { directory, segmentBytes } = this.dependencies;
    let { current } = this;
    if (current !== undefined && (current.size >= segmentBytes || !(await this.isThere(current)))) {
      await current.close();
      current = undefined;
    }
    if (current === undefined) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      current = await Segment.create(join(directory, `${String(++this.lastFile).padStart(10, '0')}.journal`));
      this.segments.push(current);
      this.current = current;
      await this.prune();
    }
    return current;
  }

  private async isThere(segment: Segment): Promise<boolean> {
    const now = this.dependencies.clock.monotonic();
    if (now - this.lookedAt < lookMillis) return true;
    this.lookedAt = now;
    return segment.isThere();
  }

  /** Deletes the oldest files of which nothing is open, and of what is too much the oldest whatever is open in it. */
  private async prune(): Promise<void> {
    const { maxBytes, events } = this.dependencies;
    for (;;) {
      const [oldest] = this.segments;
      if (oldest === undefined || oldest === this.current) return;
      const isTooMuch = this.bytes > maxBytes;
      if (oldest.openBodies > 0 && !isTooMuch) return;
      if (oldest.openBodies > 0) events.journalGaveUp(oldest.openBodies);
      this.segments.shift();
      await oldest.delete();
    }
  }

  private fail(error: unknown): void {
    this.failedAt = this.dependencies.clock.monotonic();
    this.dependencies.events.journalFailed(error);
    // What was written in part ends the file: nothing is added behind it.
    void this.current?.close();
    this.current = undefined;
  }
}

const unprotected: JournalEntry = { done: () => undefined };
const crcOfNothing = 0;
