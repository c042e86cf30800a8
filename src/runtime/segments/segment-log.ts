import { mkdir, stat } from 'node:fs/promises';
import type { CancelTimer, Clock } from '../clock.ts';
import { GroupWriter, type Piece } from './group-writer.ts';
import { LogEntry } from './log-entry.ts';
import { loadSegments, type Oddities, segmentPath } from './load.ts';
import {
  encodeHeader,
  noPayload,
  type Payload,
  recordHeaderBytes,
  recordKind,
  type SegmentFormat,
  type SegmentRecord,
} from './record.ts';
import { Segment } from './segment.ts';
import { SpareFile } from './spare-file.ts';

export interface SegmentLogOptions {
  clock: Clock;
  directory: string;
  format: SegmentFormat;
  /** A file is full at this many bytes. */
  segmentBytes: number;
  /** All files together; beyond it the oldest is given up. */
  maxBytes: number;
  /** Files that are done with are written again, and the last one is kept open: for what is written all the time. */
  isBusy: boolean;
  /** Everything is checked at the start; else each payload when it is read. */
  verifies: boolean;
  /** Told of everything that cannot be written. */
  onFailed: (error: unknown) => void;
  /** Told of entries that are not done and make room; they count as done from then on. */
  onGivenUp: (entries: readonly LogEntry[]) => void;
}

/** An entry that the last process left, and what its payload begins with. */
export interface LeftEntry {
  entry: LogEntry;
  prefix: Buffer;
}

interface LogPiece extends Piece {
  /** Undefined to have only the marks written. */
  tag?: number;
  payload: Payload;
  entry?: LogEntry;
}

/** Bytes that may wait for the disk. */
const mostWaitingBytes = 32 * 2 ** 20;
/** After a write that failed, none is tried for this long. */
const retryMillis = 1_000;
/** A mark waits for so long for an entry to be written with, so that under load few cost a write of their own. */
const markMillis = 5;
/** How often it is looked whether the files are still there. */
const lookMillis = 5_000;

/**
 * What is not done yet, on disk: appended and not fsynced, so that it survives the death of the process but not that of the machine.
 *
 *   0000000001 ─ entry 7 ─ entry 8 ─ done 7 ─┐ deleted when 8 is done, the oldest first, since
 *   0000000002 ─ entry 9 ─ done 8 ─ …        ┘ the marks of one file stand in later ones
 */
export class SegmentLog {
  private readonly options: SegmentLogOptions;
  private readonly writer = new GroupWriter<LogPiece, void>(mostWaitingBytes, (pieces) => this.write(pieces));
  /** Entries that are done and not yet marked so on disk. */
  private marks: LogEntry[] = [];
  private cancelMarking: CancelTimer | undefined;
  /** The oldest first. */
  private segments: Segment<LogEntry>[] = [];
  private current: Segment<LogEntry> | undefined;
  private readonly spare: SpareFile;
  /** All that there were at the start. */
  private areFilesKnown = false;
  private isWriting = false;
  private lastId = 0;
  private lastFile = 0;
  private failedAt = Number.NEGATIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: SegmentLogOptions) {
    this.options = options;
    this.spare = new SpareFile(options.directory);
  }

  /**
   * Finds what the last process left: entries that were not done, in the order in which they came.
   * @throws what the system says of files that cannot be read; it can be written to all the same, as soon as that works
   */
  async start(): Promise<{ left: LeftEntry[] } & Oddities> {
    const { directory, format, verifies, isBusy } = this.options;
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const { files, lastId, lastFile, ...oddities } = await loadSegments(directory, format, verifies);
      this.lastId = lastId;
      this.lastFile = lastFile;
      this.areFilesKnown = true;
      if (isBusy) await this.spare.start();
      const left: LeftEntry[] = [];
      for (const { path, number, size, open } of files) {
        const segment = new Segment<LogEntry>(path, number, size);
        this.segments.push(segment);
        for (const record of open) {
          const entry = new LogEntry(segment, record, this.mark);
          left.push({ entry, prefix: record.prefix ?? Buffer.alloc(0) });
        }
      }
      // What is too much makes room when something is written: by then it is known to whoever is told of it.
      await this.prune(Number.NEGATIVE_INFINITY);
      return { left, ...oddities };
    } catch (error) {
      // Files that are there may have lower ones.
      this.lastId = Math.max(this.lastId, this.options.clock.now());
      this.fail(error);
      throw error;
    }
  }

  /**
   * @param buffers the payload, one after the other
   * @param crc crc32 of it
   * @throws WriterBusy, or what the system says of a file that cannot be written
   */
  async append(tag: number, buffers: readonly Uint8Array[], crc: number): Promise<LogEntry> {
    const length = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    const piece: LogPiece = { tag, payload: { length, crc }, buffers };
    try {
      await this.writer.add(piece);
    } catch (error) {
      if ((error as Error).name !== 'WriterBusy') this.fail(error);
      throw error;
    }
    return piece.entry!;
  }

  /** Writes what waits. What is not done then is found at the next start. */
  async stop(): Promise<void> {
    await this.written();
    if (this.openEntries === 0) {
      await Promise.all(this.segments.map((segment) => segment.delete()));
    } else {
      await this.writeMarks();
      await Promise.all(this.segments.map((segment) => segment.close()));
    }
    this.cancelMarking?.();
    await this.spare.stop();
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

  get openEntries(): number {
    return this.segments.reduce((sum, { open }) => sum + open.size, 0);
  }

  /** Something could not be written just now; nothing else is tried yet. */
  get isResting(): boolean {
    return this.options.clock.monotonic() - this.failedAt < retryMillis;
  }

  private readonly mark = (entry: LogEntry): void => {
    const { segment } = entry;
    this.marks.push(entry);
    this.cancelMarking ??= this.options.clock.after(markMillis, () => void this.writeMarks());
    if (segment.open.size === 0 && (segment !== this.current || !this.options.isBusy)) void this.prune(0);
  };

  /** A mark that is lost leads to an entry that is found again. */
  private async writeMarks(): Promise<void> {
    if (this.marks.length === 0 || this.isResting) return;
    await this.writer.add({ payload: noPayload, buffers: [] }).catch((error: unknown) => this.fail(error));
  }

  private async write(pieces: readonly LogPiece[]): Promise<void> {
    this.isWriting = true;
    try {
      await this.writeTogether(pieces);
    } finally {
      this.isWriting = false;
      if (!this.options.isBusy && this.openEntries === 0) void this.prune(0);
    }
  }

  private async writeTogether(pieces: readonly LogPiece[]): Promise<void> {
    this.cancelMarking?.();
    this.cancelMarking = undefined;
    const { marks } = this;
    this.marks = [];
    const entries = pieces.filter(({ tag }) => tag !== undefined);
    // What is in no file any more needs no mark.
    if (entries.length === 0 && this.segments.length === 0) return;
    const headers = (marks.length + entries.length) * recordHeaderBytes;
    const segment = await this.writable(entries.reduce((sum, { payload }) => sum + payload.length, headers));
    const { number } = segment;
    const records: Uint8Array[] = marks.map(({ tag, id }) =>
      encodeHeader({ kind: recordKind.done, tag, id }, number, noPayload),
    );
    let at = segment.size + marks.length * recordHeaderBytes;
    const found: SegmentRecord[] = [];
    for (const { tag = 0, payload, buffers } of entries) {
      const name = { kind: recordKind.entry, tag, id: ++this.lastId };
      records.push(encodeHeader(name, number, payload), ...buffers);
      found.push({ ...name, at: at + recordHeaderBytes, length: payload.length });
      at += recordHeaderBytes + payload.length;
    }
    await segment.append(records);
    // Here and not by those that wait: a file without an open entry may be done with.
    for (const [i, piece] of entries.entries()) piece.entry = new LogEntry(segment, found[i]!, this.mark);
  }

  /** The file to write to: a new one if there is none, it is full, or somebody deleted it. */
  private async writable(bytes: number): Promise<Segment<LogEntry>> {
    const { isBusy } = this.options;
    let { current } = this;
    if (current !== undefined && isFull(current, bytes, this.options)) {
      // One that is to be the spare one stays open until then.
      if (!isBusy) await current.close();
      current = undefined;
    } else if (current !== undefined && !(await this.isThere(current))) {
      await current.close();
      current = undefined;
    }
    if (current === undefined) {
      current = await this.make();
      this.segments.push(current);
      this.current = current;
    }
    await this.prune(bytes);
    return current;
  }

  private async make(): Promise<Segment<LogEntry>> {
    const { directory, format } = this.options;
    const create = async (): Promise<Segment<LogEntry>> => {
      const { path, number } = await this.nextFile();
      return Segment.create<LogEntry>(path, number, format, this.spare);
    };
    try {
      return await create();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
      // Somebody deleted the directory, or made a file in it.
      if (code === 'EEXIST') this.areFilesKnown = false;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      return create();
    }
  }

  /** One that is not there: what could not be read at the start is not written over. */
  private async nextFile(): Promise<{ path: string; number: number }> {
    const { directory, format } = this.options;
    for (;;) {
      const number = ++this.lastFile;
      const path = segmentPath(directory, number, format);
      if (this.areFilesKnown || !(await isFile(path))) return { path, number };
    }
  }

  private async isThere(segment: Segment): Promise<boolean> {
    const now = this.options.clock.monotonic();
    if (now - this.lookedAt < lookMillis) return true;
    this.lookedAt = now;
    return segment.isThere();
  }

  /**
   * Deletes the oldest files in which nothing is open, and of what is too much the oldest whatever is open in it.
   * @param more bytes that there is to be room for
   */
  private async prune(more: number): Promise<void> {
    const { maxBytes, isBusy, onGivenUp } = this.options;
    for (;;) {
      const [oldest] = this.segments;
      if (oldest === undefined) return;
      const isLast = oldest === this.current;
      const isTooMuch = this.bytes + more > maxBytes && !isLast;
      if (oldest.open.size > 0 && !isTooMuch) return;
      if (isLast && (isBusy || this.isWriting)) return;
      this.segments.shift();
      if (isLast) this.current = undefined;
      const given = [...oldest.open];
      for (const entry of given) entry.giveUp();
      if (given.length > 0) onGivenUp(given);
      await (isBusy ? oldest.retire(this.spare) : oldest.delete());
    }
  }

  private fail(error: unknown): void {
    this.failedAt = this.options.clock.monotonic();
    // What was written in part ends the file: nothing is added behind it.
    void this.current?.close();
    this.current = undefined;
    this.options.onFailed(error);
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isFull({ size }: Segment, more: number, { segmentBytes, format }: SegmentLogOptions): boolean {
  return size > format.header.length && size + more > segmentBytes;
}
