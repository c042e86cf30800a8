import {
  decodeHeader,
  fileNumberAt,
  recordHeaderBytes,
  recordKind,
  type SegmentFormat,
  type SegmentRecord,
} from './record.ts';
import type { SegmentFile } from './segment-file.ts';

export interface SegmentContents {
  records: SegmentRecord[];
  /** Where what can be read ends. */
  size: number;
  /** Places in it where something cannot be read and something behind it can. */
  damaged: number;
  /** It does not end where its writer ended it: a crash cut something off, or it is damaged. */
  isCut: boolean;
}

/** Payloads that are smaller than this are checked whenever they are come to. */
const smallBytes = 64;
/** What is searched through and checked for where to go on, behind what is damaged. */
const searchedBytes = 1024 * 1024;
const mostCheckedBytes = 64 * 1024 * 1024;

/**
 * Reads where everything is in a file. What is damaged is stepped over, to the next place where a whole record stands.
 * @param verifies whether every payload is read and checked; else its reader has to
 */
export function readSegment(
  file: SegmentFile,
  number: number,
  format: SegmentFormat,
  verifies: boolean,
): Promise<SegmentContents> {
  return new Walk(file, number, format, verifies).walk();
}

class Walk {
  private readonly file: SegmentFile;
  private readonly number: number;
  private readonly format: SegmentFormat;
  private readonly verifies: boolean;
  private readonly records: SegmentRecord[] = [];
  private damaged = 0;
  private checkedBytes = 0;

  constructor(file: SegmentFile, number: number, format: SegmentFormat, verifies: boolean) {
    this.file = file;
    this.number = number;
    this.format = format;
    this.verifies = verifies;
  }

  async walk(): Promise<SegmentContents> {
    const { records, format } = this;
    let end = format.header.length;
    for (let at: number | undefined = end; at !== undefined; ) {
      const record = await this.recordAt(at, this.verifies ? Infinity : smallBytes);
      if (record?.kind === recordKind.end) return this.contents(at, false);
      if (record === undefined) {
        at = await this.resume(at);
        if (at !== undefined) this.damaged++;
        continue;
      }
      const { kind, at: payloadAt, length } = record;
      if (kind === recordKind.entry && format.prefixBytes > 0) {
        const prefix = await this.file.read(payloadAt, Math.min(format.prefixBytes, length));
        record.prefix = Buffer.from(prefix);
      }
      records.push(record);
      at = end = record.at + record.length;
    }
    return this.contents(records.length === 0 ? format.header.length : end, true);
  }

  private contents(size: number, isCut: boolean): SegmentContents {
    const { records, damaged } = this;
    return { records, size, damaged, isCut };
  }

  /** @param checkBelow payloads below this are checked */
  private async recordAt(at: number, checkBelow: number): Promise<SegmentRecord | undefined> {
    const { file, number, format } = this;
    const header = await file.read(at, recordHeaderBytes);
    if (header.length < recordHeaderBytes) return undefined;
    const record = decodeHeader(header, number, at, file.size - at - recordHeaderBytes, format);
    if (record === undefined || record.length >= checkBelow) return record;
    return (await file.holds(record)) ? record : undefined;
  }

  /** Where the next whole record stands, behind one that cannot be read. It may be the length of the one before that is wrong. */
  private async resume(at: number): Promise<number | undefined> {
    const { records, file } = this;
    const last = records.at(-1);
    if (last === undefined || (await file.holds(last))) return this.search(at + 1);
    records.pop();
    return (await this.search(last.at)) ?? this.givenUp();
  }

  /** The last record is damaged as well, and nothing can be read behind it. */
  private givenUp(): undefined {
    this.damaged++;
    return undefined;
  }

  private async search(from: number): Promise<number | undefined> {
    const { file, number } = this;
    const wanted = Buffer.alloc(4);
    wanted.writeUInt32LE(number % 2 ** 32);
    for (let start = from; start < file.size; start += searchedBytes) {
      // With what may stand across the end of the piece.
      const piece = Buffer.from(await file.read(start, searchedBytes + recordHeaderBytes));
      for (let i = piece.indexOf(wanted); i !== -1; i = piece.indexOf(wanted, i + 1)) {
        const at = start + i - fileNumberAt;
        if (at >= from && (await this.isRecord(at))) return at;
        if (this.checkedBytes > mostCheckedBytes) return undefined;
      }
    }
    return undefined;
  }

  private async isRecord(at: number): Promise<boolean> {
    const record = await this.recordAt(at, 0);
    if (record === undefined) return false;
    this.checkedBytes += recordHeaderBytes + record.length;
    return this.file.holds(record);
  }
}
