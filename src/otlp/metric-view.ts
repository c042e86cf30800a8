import { AttributeReader, type AttributeValue, type Limits } from './attributes.ts';
import { signed64, unixMillis, unsigned64 } from './fixed64.ts';
import { messagesIn } from './messages.ts';
import type { MetricBatch, MetricRange } from './metric-scanner.ts';
import { longestShortText } from './text.ts';
import { WireReader } from './wire.ts';

/**
 * How the numbers of one point follow from those before it: a `delta` is of its own time only, a `cumulative` one of all time since its
 * start. A `summary` is cumulative by its specification, and not from every sender.
 */
export type Temporality = 'gauge' | 'delta' | 'cumulative' | 'summary';

/** One data point, of whichever kind. */
export interface DataPoint {
  temporality: Temporality;
  /** Of a sum, that it only grows; a histogram and a summary always do. */
  isMonotonic: boolean;
  /** Milliseconds since the Unix epoch; 0 if it does not say. */
  startMillis: number;
  timeMillis: number;
  /** Its number; of a histogram or summary, how many values were observed. */
  count: number;
  /** Its number; of a histogram or summary, all observed values together. */
  sum: number;
  attributes: ReadonlyMap<string, AttributeValue>;
}

/** metrics.proto: the fields of Metric that hold points, and where the points of each have what is read. */
const kinds = new Map<number, Kind>([
  [0x2a, { shape: 'number', isGauge: true, attributes: 0x3a, flags: 0x40 }],
  [0x3a, { shape: 'number', attributes: 0x3a, flags: 0x40 }],
  [0x4a, { shape: 'histogram', attributes: 0x4a, flags: 0x50 }],
  [0x52, { shape: 'histogram', attributes: 0x0a, flags: 0x50 }],
  [0x5a, { shape: 'summary', attributes: 0x3a, flags: 0x40 }],
]);

interface Kind {
  shape: 'number' | 'histogram' | 'summary';
  isGauge?: boolean;
  attributes: number;
  flags: number;
}

/** Of each kind. */
const tags = { points: 0x0a, temporality: 0x10, isMonotonic: 0x18, start: 0x11, time: 0x19 } as const;
/** NumberDataPoint, and those that have observed several values: count is fixed64 there, and sum a double. */
const valueTags = { double: 0x21, int: 0x31, count: 0x21, sum: 0x29 } as const;
const resourceTag = 0x0a;
const resourceAttributes = 0x0a;
/** AggregationTemporality. */
const delta = 1;
const cumulative = 2;
/** DataPointFlags: the sender only says that there is no value. */
const noRecordedValue = 1;

const limits: Limits = { most: 64, longestOf: () => longestShortText };

/** The known metrics of one request, read where they stand; nothing it returns holds on to the bytes. */
export class MetricView {
  private readonly bytes: Uint8Array;
  private readonly numbers: DataView;
  private readonly reader = new WireReader();
  private readonly attributeReader = new AttributeReader();
  private range: MetricRange | undefined;

  constructor({ bytes }: Pick<MetricBatch, 'bytes'>) {
    this.bytes = bytes;
    this.numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.attributeReader.open({ bytes, view: this.numbers });
  }

  moveTo(range: MetricRange): this {
    this.range = range;
    return this;
  }

  resourceAttribute(key: Uint8Array): AttributeValue | undefined {
    const { resourceStart = 0, resourceEnd = 0 } = this.range ?? {};
    for (const [start, end] of messagesIn(
      this.reader,
      this.bytes,
      [resourceStart, resourceEnd],
      resourceTag,
    )) {
      const value = this.attributeReader.find(start, end, resourceAttributes, key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The points of the metric, in their order; those without a value are left out, and those of which it is not said what they add up to. */
  *points(): Generator<DataPoint> {
    const { start = 0, end = 0 } = this.range ?? {};
    // A generator goes on after its reader was used elsewhere: where it is, it knows itself.
    for (let at = start; at < end; ) {
      this.reader.reset(this.bytes, at);
      const tag = this.reader.tag(end);
      const kind = kinds.get(tag);
      if (kind === undefined) {
        this.reader.skip(tag, end);
        at = this.reader.at;
        continue;
      }
      const length = this.reader.length(end);
      const from = this.reader.at;
      at = from + length;
      yield* this.pointsOf(kind, from, at);
    }
  }

  private *pointsOf(kind: Kind, start: number, end: number): Generator<DataPoint> {
    const { temporality, isMonotonic } = this.aggregation(kind, start, end);
    if (temporality === undefined) return;
    for (const [pointStart, pointEnd] of messagesIn(this.reader, this.bytes, [start, end], tags.points)) {
      const numbers = this.numbersOf(kind, pointStart, pointEnd);
      if (numbers === undefined) continue;
      const attributes = this.attributeReader.all(pointStart, pointEnd, kind.attributes, limits);
      yield { temporality, isMonotonic, ...numbers, attributes };
    }
  }

  private aggregation(
    { shape, isGauge = false }: Kind,
    start: number,
    end: number,
  ): { temporality: Temporality | undefined; isMonotonic: boolean } {
    const { reader } = this;
    let said = 0;
    let isMonotonic = shape !== 'number';
    reader.reset(this.bytes, start);
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag === tags.temporality) said = reader.varint32(end);
      else if (tag === tags.isMonotonic) isMonotonic = reader.varint32(end) !== 0;
      else reader.skip(tag, end);
    }
    if (isGauge) return { temporality: 'gauge', isMonotonic: false };
    if (shape === 'summary') return { temporality: 'summary', isMonotonic: true };
    return { temporality: temporalityOf(said), isMonotonic };
  }

  /** @returns undefined if it has no value */
  private numbersOf(
    { shape, flags }: Kind,
    start: number,
    end: number,
  ): Pick<DataPoint, 'startMillis' | 'timeMillis' | 'count' | 'sum'> | undefined {
    const { reader, numbers } = this;
    const isNumber = shape === 'number';
    const [at, said] = [
      { start: -1, time: -1 },
      { count: Number.NaN, sum: 0 },
    ];
    reader.reset(this.bytes, start);
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag === tags.start) at.start = reader.fixed(8, end);
      else if (tag === tags.time) at.time = reader.fixed(8, end);
      else if (isNumber && tag === valueTags.double)
        said.count = numbers.getFloat64(reader.fixed(8, end), true);
      else if (isNumber && tag === valueTags.int) said.count = signed64(numbers, reader.fixed(8, end));
      else if (!isNumber && tag === valueTags.count) said.count = unsigned64(numbers, reader.fixed(8, end));
      else if (!isNumber && tag === valueTags.sum) said.sum = numbers.getFloat64(reader.fixed(8, end), true);
      else if (tag === flags) {
        if ((reader.varint32(end) & noRecordedValue) !== 0) return undefined;
      } else reader.skip(tag, end);
    }
    // proto3 leaves a count of 0 out; a number that is missing is none.
    const count = Number.isNaN(said.count) && !isNumber ? 0 : said.count;
    if (!Number.isFinite(count)) return undefined;
    return {
      startMillis: unixMillis(numbers, at.start),
      timeMillis: unixMillis(numbers, at.time),
      count,
      sum: isNumber ? count : said.sum,
    };
  }
}

function temporalityOf(said: number): Temporality | undefined {
  if (said === delta) return 'delta';
  return said === cumulative ? 'cumulative' : undefined;
}
