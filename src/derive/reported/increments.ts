import { hash } from 'node:crypto';
import type { DataPoint } from '../../otlp/metric-view.ts';

/** What a point adds to what was counted before. */
export interface Increment {
  amount: number;
  /** Nothing was known of the series before: what it counts may have been counted otherwise. */
  isFirst: boolean;
  /** Nothing of it was before this; milliseconds since the Unix epoch. */
  since: number;
}

/** A series of a metric, as far as it has to be remembered. */
interface Seen {
  value: number;
  timeMillis: number;
  stream: Stream;
}

/** All series of one metric of one process: a cumulative one has all of them in each request. */
interface Stream {
  /** Of its first points, of the last ones, and of those before them. */
  firstMillis: number;
  lastMillis: number;
  beforeMillis: number;
  /** Some of its series were forgotten: of one that is not known it cannot be said that it is new. */
  isLossy: boolean;
}

/** An app has a few hundred at the most; of more, those that were not heard of for the longest time are forgotten. */
export const mostSeries = 4_096;

type Point = Pick<DataPoint, 'temporality' | 'isMonotonic' | 'startMillis' | 'timeMillis'>;

/**
 * What has been added between one point of a counter and the next. The first point of a cumulative series is a base line only: of what it
 * counts nobody knows how much a Tocsin before this one has counted. So is the first after a start of the app. Only a series that
 * comes into a stream that is known is new, and began at 0.
 */
export class Increments {
  /** The one that was heard of last at the end; the same of the streams. */
  private readonly series = new Map<string, Seen>();
  private readonly streams = new Map<string, Stream>();

  /**
   * @param streamKey names the metric and the process. @param key names the series in the stream
   * @param value of the point
   * @returns undefined if nothing can be counted from such a point
   */
  of(streamKey: string, key: string, point: Point, value: number): Increment | undefined {
    if (point.temporality === 'gauge' || !point.isMonotonic || !(value >= 0) || value === Infinity)
      return undefined;
    const ofStream = keyOf(streamKey, point);
    const ofSeries = shortened(`${ofStream.length} ${ofStream}${key}`);
    const stream = this.streamAt(ofStream, point.timeMillis);
    const seen = this.series.get(ofSeries);
    const increment = seen === undefined ? firstOf(point, value, stream) : nextOf(point, value, seen);
    const isLate = seen !== undefined && point.timeMillis < seen.timeMillis;
    if (!isLate) this.remember(ofSeries, { value, timeMillis: point.timeMillis, stream });
    return increment;
  }

  /** A point of which only this is of use: that its stream is known from then on. */
  note(streamKey: string, point: Point): void {
    this.streamAt(keyOf(streamKey, point), point.timeMillis);
  }

  private streamAt(key: string, timeMillis: number): Stream {
    const stream = this.streams.get(key) ?? {
      firstMillis: timeMillis,
      lastMillis: timeMillis,
      beforeMillis: timeMillis,
      isLossy: false,
    };
    if (timeMillis > stream.lastMillis) {
      stream.beforeMillis = stream.lastMillis;
      stream.lastMillis = timeMillis;
    }
    this.streams.delete(key);
    this.streams.set(key, stream);
    if (this.streams.size > mostSeries) this.streams.delete(this.streams.keys().next().value!);
    return stream;
  }

  private remember(key: string, seen: Seen): void {
    this.series.delete(key);
    this.series.set(key, seen);
    if (this.series.size <= mostSeries) return;
    const [oldest, { stream }] = this.series.entries().next().value!;
    stream.isLossy = true;
    this.series.delete(oldest);
  }
}

/** A process that was started anew has streams of its own. */
function keyOf(streamKey: string, { temporality, startMillis }: Point): string {
  return shortened(temporality === 'cumulative' ? `${streamKey} ${startMillis}` : streamKey);
}

/** In UTF-16 units; senders have texts of any length in there, and thousands are kept. */
const longestKey = 64;

function shortened(key: string): string {
  return key.length <= longestKey ? key : hash('sha256', key, 'base64');
}

function firstOf(point: Point, value: number, { firstMillis, beforeMillis, isLossy }: Stream): Increment {
  if (point.temporality === 'delta')
    return { amount: value, isFirst: true, since: point.startMillis || point.timeMillis };
  // Where all of its stream came in one request, the others have the same time.
  const isNew = firstMillis < point.timeMillis && !isLossy && point.temporality === 'cumulative';
  return { amount: isNew ? value : 0, isFirst: true, since: isNew ? beforeMillis : point.timeMillis };
}

function nextOf(point: Point, value: number, last: Seen): Increment {
  const { temporality, startMillis, timeMillis } = point;
  const nothing = { amount: 0, isFirst: false, since: timeMillis };
  // Late, or told twice.
  if (timeMillis < last.timeMillis || (timeMillis === last.timeMillis && value === last.value))
    return nothing;
  // A summary that begins where the last one ended is of its own time only, whatever its specification says.
  const isDelta = temporality === 'delta' || (temporality === 'summary' && startMillis === last.timeMillis);
  if (isDelta) return { amount: value, isFirst: false, since: startMillis || last.timeMillis };
  if (value < last.value) return { ...nothing, isFirst: true };
  return { amount: value - last.value, isFirst: false, since: last.timeMillis };
}
