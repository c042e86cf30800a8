import { hash } from 'node:crypto';
import type { DataPoint } from '../../otlp/metric-view.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { UnusableReason } from './metric-saying.ts';

/** What a point adds to what was counted before. */
export interface Increment {
  amount: number;
  /** Nothing was known of the series before: what it counts may have been counted otherwise. */
  isFirst: boolean;
  /** Nothing of it was before this; milliseconds since the Unix epoch. */
  since: number;
}

/** The last point of a series, by its start: several processes may have the same name. */
interface Seen {
  startMillis: number;
  timeMillis: number;
  value: number;
}

interface Series {
  points: Seen[];
  /** By the monotonic clock. */
  heardAt: number;
}

/** When points of a metric of one process came: of the first request, the last one, and the one before that. */
interface Stream {
  firstMillis: number;
  lastMillis: number;
  beforeMillis: number;
}

/** An app has a few hundred at the most. What is more is refused, as long as all of these are heard of: each would push out the next else. */
export const mostSeries = 4_096;
/** A series that was not heard of for so long makes room. */
export const silentMillis = 15 * 60_000;
const mostStarts = 8;
/** By so much clocks may differ, and nothing comes of it. */
const differenceMillis = 1_000;

/** Why nothing can be counted from a point. */
export type Refusal = Extract<UnusableReason, 'unusable_point' | 'too_many'>;

type Point = Pick<DataPoint, 'temporality' | 'isMonotonic' | 'startMillis' | 'timeMillis'>;

/**
 * What has been added between one point of a counter and the next. The first point of a cumulative series is a base line only: of what it
 * counts nobody knows how much a Tocsin before this one has counted. So is the first after a start of the app. Only what began after this
 * Tocsin did, or comes into a stream that is known, is new, and all of it counts.
 */
export class Increments {
  private readonly clock: Clock;
  /** This Tocsin; milliseconds since the Unix epoch. */
  private readonly beganAt: number;
  /** The one that was heard of last at the end; the same of the streams. */
  private readonly series = new Map<string, Series>();
  private readonly streams = new Map<string, Stream>();
  /** Up to when points were of series that are forgotten: of none that began before it can be said that it is new. */
  private forgottenUntil = -Infinity;

  constructor(clock: Clock) {
    this.clock = clock;
    this.beganAt = clock.now();
  }

  /**
   * @param streamKey names the metric and the process. @param key names the series in the stream
   * @param value of the point
   * @returns why, if nothing can be counted from such a point
   */
  of(streamKey: string, key: string, point: Point, value: number): Increment | Refusal {
    if (point.temporality === 'gauge' || !point.isMonotonic || !(value >= 0) || value === Infinity)
      return 'unusable_point';
    const stream = this.streamAt(streamKey, point);
    const ofSeries = shortened(`${streamKey.length} ${streamKey}${key}`);
    const { timeMillis } = point;
    const known = this.series.get(ofSeries);
    if (known === undefined && !this.hasRoom()) return 'too_many';
    const points = known?.points ?? [];
    const startMillis = startOf(point);
    const seen = points.find((each) => each.startMillis === startMillis);
    this.series.delete(ofSeries);
    this.series.set(ofSeries, { points, heardAt: this.clock.monotonic() });
    if (seen !== undefined) {
      const increment = nextOf(point, value, seen);
      if (timeMillis >= seen.timeMillis) Object.assign(seen, { timeMillis, value });
      return increment;
    }
    const isNew = points.length === 0 && this.isNew(point, stream);
    points.push({ startMillis, timeMillis, value });
    if (points.length > mostStarts) points.shift();
    return firstOf(point, value, isNew ? stream : undefined);
  }

  /** A point of which only this is of use: that its stream is known from then on. */
  note(streamKey: string, point: Point): void {
    this.streamAt(streamKey, point);
  }

  private isNew(point: Point, { firstMillis }: Stream): boolean {
    if (point.temporality !== 'cumulative' || point.startMillis === 0) return false;
    if (this.startByOurs(point) >= Math.max(this.beganAt, this.forgottenUntil)) return true;
    // All series of a stream come in each request, so it was not there before; where all came in one, they have the same time.
    return firstMillis < point.timeMillis && this.forgottenUntil === -Infinity;
  }

  /** A clock that is ahead would have what began long ago be new. What is behind only seems to be older than it is. */
  private startByOurs({ startMillis, timeMillis }: Point): number {
    const ahead = timeMillis - this.clock.now();
    return ahead > differenceMillis ? startMillis - ahead : startMillis;
  }

  /** A process that was started anew has streams of its own. */
  private streamAt(streamKey: string, point: Point): Stream {
    const { timeMillis } = point;
    const key = shortened(`${streamKey} ${startOf(point)}`);
    const stream = this.streams.get(key) ?? {
      firstMillis: timeMillis,
      lastMillis: timeMillis,
      beforeMillis: timeMillis,
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

  /** Forgets the one that was not heard of for the longest time, if it must and that is long enough. */
  private hasRoom(): boolean {
    if (this.series.size < mostSeries) return true;
    const [key, { points, heardAt }] = this.series.entries().next().value!;
    if (this.clock.monotonic() - heardAt < silentMillis) return false;
    // A sender's clock may be far ahead.
    const until = Math.min(this.clock.now(), Math.max(...points.map(({ timeMillis }) => timeMillis)));
    this.forgottenUntil = Math.max(this.forgottenUntil, until);
    return this.series.delete(key);
  }
}

/** Of a series that goes on from point to point; 0 of one whose points have starts of their own. */
function startOf({ temporality, startMillis }: Point): number {
  return temporality === 'cumulative' ? startMillis : 0;
}

/** In UTF-16 units; senders have texts of any length in there, and thousands are kept. */
const longestKey = 64;

function shortened(key: string): string {
  return key.length <= longestKey ? key : hash('sha256', key, 'base64');
}

/** @param stream of one that is new */
function firstOf(point: Point, value: number, stream: Stream | undefined): Increment {
  const { temporality, startMillis, timeMillis } = point;
  if (temporality === 'delta') return { amount: value, isFirst: true, since: startMillis || timeMillis };
  if (stream === undefined) return { amount: 0, isFirst: true, since: timeMillis };
  const before = stream.beforeMillis < timeMillis ? stream.beforeMillis : startMillis;
  return { amount: value, isFirst: true, since: Math.max(before, startMillis) };
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
