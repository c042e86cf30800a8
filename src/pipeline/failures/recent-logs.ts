import { type Breadcrumb, mostBreadcrumbs } from '../../errors/breadcrumb.ts';
import { readable } from '../../errors/failure-details.ts';
import { errorNumber, warningNumber } from '../../errors/severity.ts';
import type { Range } from '../../otlp/log-scanner.ts';
import { LogView } from '../../otlp/log-view.ts';

const slabBytes = 1024 * 1024;
/** A longer one says too little for its room. */
const longestRecord = 4096;
const mostRecords = 4096;
const traceIdLength = 16;
/** logs.proto, SeverityNumber: INFO. */
const infoNumber = 9;

/**
 * The log records of late that were written in a trace, as they stood on the wire: what an app logged before it failed is asked for of
 * few of them, so none is decoded before. One piece of memory, in which the oldest make room.
 */
export class RecentLogs {
  private readonly slab = Buffer.alloc(slabBytes);
  private readonly view = new LogView(this.slab);
  /** Where each record begins and ends, and its trace id; by its number modulo `mostRecords`. */
  private readonly starts = new Int32Array(mostRecords);
  private readonly ends = new Int32Array(mostRecords);
  private readonly traceIds = Buffer.alloc(mostRecords * traceIdLength);
  private count = 0;
  private oldest = 0;
  private at = 0;

  /** @param traceAt where its trace id stands, or -1 */
  note(bytes: Uint8Array, [start, end]: Range, traceAt: number): void {
    const length = end - start;
    if (traceAt === -1 || length > longestRecord) return;
    const from = this.at + length > slabBytes ? 0 : this.at;
    this.makeRoom(from, from + length);
    this.slab.set(bytes.subarray(start, end), from);
    const slot = this.count % mostRecords;
    this.traceIds.set(bytes.subarray(traceAt, traceAt + traceIdLength), slot * traceIdLength);
    this.starts[slot] = from;
    this.ends[slot] = from + length;
    this.count++;
    this.at = from + length;
  }

  /** Those of a trace in the order in which they came, the last ones if there are many. @param traceId 32 hex digits */
  of(traceId: string): Breadcrumb[] {
    const wanted = Buffer.from(traceId, 'hex');
    const found: Breadcrumb[] = [];
    if (wanted.length !== traceIdLength) return found;
    for (let number = this.count - 1; number >= this.oldest && found.length < mostBreadcrumbs; number--) {
      const slot = number % mostRecords;
      if (
        this.traceIds.compare(wanted, 0, traceIdLength, slot * traceIdLength, (slot + 1) * traceIdLength) ===
        0
      )
        found.push(this.read(slot));
    }
    return found.toReversed();
  }

  private read(slot: number): Breadcrumb {
    const record: Range = [this.starts[slot]!, this.ends[slot]!];
    const { timeMillis, body, severityNumber, eventName } = this.view.moveTo({
      record,
      resource: [0, 0],
      scope: [0, 0],
    });
    return {
      type: 'log',
      time: timeMillis,
      message: readable(body || eventName, 'breadcrumb'),
      level: levelOf(severityNumber),
    };
  }

  /** Lets go of what stands there, and of the one whose number is used again. */
  private makeRoom(from: number, to: number): void {
    if (this.count - this.oldest === mostRecords) this.oldest++;
    while (this.oldest < this.count) {
      const slot = this.oldest % mostRecords;
      const isThere = this.starts[slot]! < to && this.ends[slot]! > from;
      // After a turn the rest of the slab is in use by those that are older still.
      const isBehind = from === 0 && this.starts[slot]! >= this.at && this.at > 0;
      if (!isThere && !isBehind) return;
      this.oldest++;
    }
  }
}

function levelOf(severityNumber: number): Breadcrumb['level'] {
  if (severityNumber >= errorNumber) return 'error';
  if (severityNumber >= warningNumber) return 'warning';
  return severityNumber >= infoNumber || severityNumber === 0 ? 'info' : 'debug';
}
