import { mkdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signal } from '../../otlp/signal.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import type { Events } from '../../telemetry/events.ts';
import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import { GroupWriter, type Piece } from './group-writer.ts';
import { loadSegments, segmentPath } from './load.ts';
import { encodeHeader, noPayload, type Payload, type RecordName, recordKind } from './record.ts';
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

/** A body to be written; without one only the marks are. */
interface JournalPiece extends Piece {
  name?: RecordName;
  payload: Payload;
}

const onlyMarks: JournalPiece = { payload: noPayload, buffers: [] };

/** Bytes that may wait for the disk, of small bodies and of large ones. */
const mostWaitingBytes = 32 * 2 ** 20;
/** After a write that failed, none is tried for this long. */
const retryMillis = 1_000;
/** A mark waits for so long for a body to be written with, so that under load few cost a write of their own. */
const markMillis = 5;
/** How often it is looked whether the files are still there. */
const lookMillis = 5_000;

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
  /** Bodies that are done and not yet marked so on disk. */
  private marks: RecordName[] = [];
  private cancelMarking: CancelTimer | undefined;
  /** The oldest first. */
  private segments: Segment[] = [];
  private current: Segment | undefined;
  private left: LeftBody[] = [];
  private lastId = 0;
  private lastFile = 0;
  private failedAt = Number.NEGATIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: JournalDependencies) {
    this.dependencies = { segmentBytes: 8 * 2 ** 20, maxBytes: 256 * 2 ** 20, ...dependencies };
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
      if (loaded.cutFiles > 0) events.journalCut(loaded.cutFiles);
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
    const name = { kind: recordKind.body, signal, id };
    try {
      const payload = { length: body.length, crc: payloadCrc };
      const segment = await this.writer.add({ name, payload, buffers: [body] });
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
    await this.written();
    if (this.segments.every(({ openBodies }) => openBodies === 0)) {
      await Promise.all(this.segments.map((segment) => segment.delete()));
    } else {
      await this.writeMarks();
      await this.current?.close();
    }
    this.cancelMarking?.();
    await unlink(this.spare).catch(() => undefined);
    this.segments = [];
    this.current = undefined;
  }

  /** Settled when what was added so far is on disk. */
  written(): Promise<void> {
    return this.writer.drained();
  }

  /** What the disk has to take before it comes to what is added now. */
  get waitingBytes(): number {
    return this.writer.bytes;
  }

  get bytes(): number {
    return this.segments.reduce((sum, { size }) => sum + size, 0);
  }

  private get spare(): string {
    return join(this.dependencies.directory, 'spare');
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
    this.marks.push({ kind: recordKind.done, signal, id });
    this.cancelMarking ??= this.dependencies.clock.after(markMillis, () => void this.writeMarks());
    if (segment.openBodies === 0 && segment !== this.current) void this.prune();
  }

  /** A mark that is lost leads to a replay, which is idempotent. */
  private async writeMarks(): Promise<void> {
    if (this.marks.length === 0 || this.isResting) return;
    await this.writer.add(onlyMarks).catch((error: unknown) => this.fail(error));
  }

  private async write(pieces: readonly JournalPiece[]): Promise<Segment> {
    this.cancelMarking?.();
    this.cancelMarking = undefined;
    const { marks } = this;
    this.marks = [];
    const segment = await this.writable();
    const { number } = segment;
    const records: Uint8Array[] = marks.map((mark) => encodeHeader(mark, number, noPayload));
    let bodies = 0;
    for (const { name, payload, buffers } of pieces) {
      if (name === undefined) continue;
      records.push(encodeHeader(name, number, payload), ...buffers);
      bodies++;
    }
    await segment.append(records);
    // Here and not by those that wait: a file without an open body may be done with.
    segment.openBodies += bodies;
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
      const number = ++this.lastFile;
      current = await Segment.create(segmentPath(directory, number), number, this.spare);
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
      await oldest.retire(this.spare);
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
