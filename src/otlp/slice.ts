import type { Signal } from './signal.ts';
import { column, columns } from './span-table.ts';
import type { TraceBatch } from './trace-scanner.ts';
import { headLength, writeVarint } from './varint.ts';
import { WireReader } from './wire.ts';

/** The tags that lead to an item, level by level. */
type Path = readonly (readonly number[])[];

/**
 * Requests of all signals have one shape (collector/{trace,logs,metrics}/v1): a request holds resources in its field 1, they
 * hold scopes in their field 2, and those hold spans, log records or metrics in theirs.
 */
const requestPath: Path = [[0x0a], [0x12], [0x12]];
/** Metrics hold a gauge, sum, histogram, exponential histogram or summary, and that its points in its field 1. */
const pointPath: Path = [...requestPath, [0x2a, 0x3a, 0x4a, 0x52, 0x5a], [0x0a]];

/**
 * An ExportTraceServiceRequest with the spans that are kept, in memory of its own: the whole body if that is all of them.
 * Rejected spans are left out, and so is what holds no span any more; everything else is there byte for byte, also fields
 * that are not known.
 * @param keeps asked once for each span of the batch
 */
export function sliceTraces({ bytes, spans }: TraceBatch, keeps: (index: number) => boolean): Uint8Array {
  const { cells, length } = spans;
  let next = 0;
  const nextStart = (): number => (next < length ? cells[next * columns + column.start]! : -1);
  return sliced(bytes, requestPath, {
    // A span that is not the next of the table is one that was rejected.
    keeps: (start) => start === nextStart() && keeps(next++),
    endOfNext: (at) => {
      const start = nextStart();
      const end = cells[next * columns + column.end]!;
      return start - at === headLength(end - start) ? end : -1;
    },
    keepsNext: () => keeps(next++),
  });
}

/**
 * The same for a request of any signal that was scanned: nothing is checked here.
 * @param keeps asked once for each span, log record or data point, in order, with the offset at which its message starts
 */
export function sliceRequest(
  signal: Signal,
  bytes: Uint8Array,
  keeps: (start: number) => boolean,
): Uint8Array {
  const path = signal === 'metrics' ? pointPath : requestPath;
  return sliced(bytes, path, { keeps, endOfNext: () => -1, keepsNext: () => false });
}

/** Two requests: the one with so many of the items, and the one with those after them. */
export function splitRequest(signal: Signal, bytes: Uint8Array, items: number): [Uint8Array, Uint8Array] {
  let before = 0;
  let after = 0;
  return [
    sliceRequest(signal, bytes, () => before++ < items),
    sliceRequest(signal, bytes, () => after++ >= items),
  ];
}

interface Items {
  keeps: (start: number) => boolean;
  /**
   * Where the item ends whose head is at this offset, if that is known without a look: the bytes are far away by now.
   * @returns -1 if it is not known
   */
  endOfNext: (at: number) => number;
  /** Asked in the place of `keeps` if it is known. */
  keepsNext: () => boolean;
}

function sliced(bytes: Uint8Array, path: Path, items: Items): Uint8Array {
  const slice = new Slice(bytes, path, items);
  return slice.isWhole ? copyOf(bytes) : slice.write();
}

/** Parts of a request as one, in memory of its own. Whole requests of one signal are such parts: their fields may follow one another. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = uncleared(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** In memory of its own. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = uncleared(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Alone in its memory, which is as it was. */
export function uncleared(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

class Slice {
  private readonly bytes: Uint8Array;
  private readonly path: Path;
  private readonly items: Items;
  private readonly reader = new WireReader();
  /** In pairs: a range of bytes as `start, end`, or the head of a message as `-tag, length`. */
  private readonly parts: number[] = [];
  /** Of all parts, in bytes. */
  private size = 0;
  private dropped = 0;

  constructor(bytes: Uint8Array, path: Path, items: Items) {
    this.bytes = bytes;
    this.path = path;
    this.items = items;
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
    const { reader, path } = this;
    const isItemLevel = level === path.length - 1;
    const wanted = path[level]!;
    let kept = 0;
    while (reader.at < end) {
      const start = reader.at;
      const itemEnd = isItemLevel ? this.items.endOfNext(start) : -1;
      if (itemEnd !== -1) {
        kept += this.item(start, itemEnd, this.items.keepsNext());
        continue;
      }
      const tag = reader.tag(end);
      if (!wanted.includes(tag)) {
        reader.skip(tag, end);
        this.copy(start, reader.at);
      } else if (isItemLevel) {
        const length = reader.length(end);
        kept += this.item(start, reader.at + length, this.items.keeps(reader.at));
      } else {
        kept += this.message(tag, level, reader.length(end));
      }
    }
    return kept;
  }

  private item(start: number, end: number, isKept: boolean): number {
    this.reader.at = end;
    if (isKept) this.copy(start, end);
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
    this.size += headLength(content);
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
