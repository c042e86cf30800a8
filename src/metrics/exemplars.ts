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
 * The last exemplar of each cell of a histogram. Kept as bytes, which are turned into text only when they are asked for: there is one
 * for every observation, and one in thousands is ever read.
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

  note(cell: number, source: ExemplarSource, value: number, unixMillis: number): void {
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
