import { column, columns } from './span-table.ts';
import type { TraceBatch } from './trace-scanner.ts';
import { WireReader } from './wire.ts';

/**
 * Requests of all signals have one shape (collector/{trace,logs,metrics}/v1): a request holds resources in its field 1, they
 * hold scopes in their field 2, and those hold the items in theirs.
 */
const path = [0x0a, 0x12, 0x12] as const;
const itemLevel = path.length - 1;

/**
 * An ExportTraceServiceRequest with the spans that are kept, in memory of its own: the whole body if that is all of them.
 * Rejected spans are left out, and so is what holds no span any more; everything else is there byte for byte, also fields
 * that are not known.
 * @param keeps asked once for each span of the batch
 */
export function sliceTraces({ bytes, spans }: TraceBatch, keeps: (index: number) => boolean): Uint8Array {
  let next = 0;
  return sliceRequest(bytes, (start) => {
    // A span that is not the next of the table is one that was rejected.
    const isListed = next < spans.length && spans.cells[next * columns + column.start] === start;
    return isListed && keeps(next++);
  });
}

/**
 * The same for a request of any signal that was scanned: nothing is checked here.
 * @param keeps asked once for each item, in order, with the offset at which its message starts
 */
export function sliceRequest(bytes: Uint8Array, keeps: (start: number) => boolean): Uint8Array {
  const slice = new Slice(bytes, keeps);
  return slice.isWhole ? copyOf(bytes) : slice.write();
}

/** In memory of its own. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = uncleared(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Alone in its memory, which is as it was. */
function uncleared(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

class Slice {
  private readonly bytes: Uint8Array;
  private readonly keeps: (start: number) => boolean;
  private readonly reader = new WireReader();
  /** In pairs: a range of bytes as `start, end`, or the head of a message as `-tag, length`. */
  private readonly parts: number[] = [];
  /** Of all parts, in bytes. */
  private size = 0;
  private dropped = 0;

  constructor(bytes: Uint8Array, keeps: (start: number) => boolean) {
    this.bytes = bytes;
    this.keeps = keeps;
    this.reader.reset(bytes);
    const kept = this.walk(bytes.length, 0);
    if (kept === 0 && this.dropped > 0) this.takeBack(0, 0);
  }

  get isWhole(): boolean {
    return this.dropped === 0;
  }

  write(): Uint8Array {
    const { bytes, parts } = this;
    const written = uncleared(this.size);
    let at = 0;
    for (let i = 0; i < parts.length; i += 2) {
      const [start, end] = [parts[i]!, parts[i + 1]!];
      if (start < 0) {
        written[at++] = -start;
        at = writeVarint(written, at, end);
      } else {
        written.set(bytes.subarray(start, end), at);
        at += end - start;
      }
    }
    return written;
  }

  /** Walks a message of this level to its end. @returns how many items in it are kept */
  private walk(end: number, level: number): number {
    const { reader } = this;
    let kept = 0;
    while (reader.at < end) {
      const start = reader.at;
      const tag = reader.tag(end);
      if (tag !== path[level]) {
        reader.skip(tag, end);
        this.copy(start, reader.at);
      } else if (level === itemLevel) {
        kept += this.item(start, reader.length(end));
      } else {
        kept += this.message(tag, level, reader.length(end));
      }
    }
    return kept;
  }

  private item(start: number, length: number): number {
    const { reader } = this;
    const isKept = this.keeps(reader.at);
    reader.at += length;
    if (isKept) this.copy(start, reader.at);
    else this.dropped++;
    return isKept ? 1 : 0;
  }

  private message(tag: number, level: number, length: number): number {
    const { parts, size: sizeBefore } = this;
    const head = parts.length;
    parts.push(-tag, 0);
    const kept = this.walk(this.reader.at + length, level + 1);
    if (kept === 0) {
      this.takeBack(head, sizeBefore);
      return 0;
    }
    const content = this.size - sizeBefore;
    parts[head + 1] = content;
    this.size += 1 + varintLength(content);
    return kept;
  }

  private copy(start: number, end: number): void {
    const { parts } = this;
    const last = parts.length - 2;
    // What stood together stays together: most of a request is copied in a few pieces.
    if (last >= 0 && parts[last]! >= 0 && parts[last + 1] === start) parts[last + 1] = end;
    else parts.push(start, end);
    this.size += end - start;
  }

  private takeBack(toPart: number, toSize: number): void {
    this.parts.length = toPart;
    this.size = toSize;
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) length++;
  return length;
}

/** @returns where it ends */
function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}
