import { formatTimestamp, formatValue } from './numbers.ts';
import { grown } from './series-set.ts';

/** What an exemplar refers to. */
export interface ExemplarSource {
  /** Writes the 16 bytes of a trace id and the 8 of a span id. */
  writeIds(target: Uint8Array, at: number): void;
}

const traceIdBytes = 16;
const idBytes = 24;

/**
 * An exemplar of each cell of a histogram, from the last time that something was observed in it. Kept as bytes, which are turned into
 * text only when they are asked for: there is one for every cell and request, and one in thousands is ever read.
 */
export class Exemplars {
  private ids = Buffer.alloc(0);
  private values = new Float64Array(0);
  /** Milliseconds since the Unix epoch; 0 = there is none. */
  private times = new Float64Array(0);

  reserve(cells: number): void {
    this.values = grown(this.values, cells);
    this.times = grown(this.times, cells);
    if (this.ids.length >= this.times.length * idBytes) return;
    const larger = Buffer.alloc(this.times.length * idBytes);
    larger.set(this.ids);
    this.ids = larger;
  }

  clear(cell: number): void {
    this.times[cell] = 0;
  }

  /** Of several of one time, as those of one request are, the first stays: there are far more than are ever read. */
  note(cell: number, source: ExemplarSource, value: number, unixMillis: number): void {
    if (this.times[cell] === unixMillis) return;
    source.writeIds(this.ids, cell * idBytes);
    this.values[cell] = value;
    this.times[cell] = unixMillis;
  }

  /** As it stands behind a sample in OpenMetrics: 63 of the 128 characters that labels may have. */
  text(cell: number): string {
    const time = this.times[cell]!;
    if (time === 0) return '';
    const at = cell * idBytes;
    const traceId = this.ids.toString('hex', at, at + traceIdBytes);
    const spanId = this.ids.toString('hex', at + traceIdBytes, at + idBytes);
    return ` # {trace_id="${traceId}",span_id="${spanId}"} ${formatValue(this.values[cell]!)} ${formatTimestamp(time)}`;
  }
}
