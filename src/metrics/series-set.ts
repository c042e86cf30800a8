import type { Clock } from '../runtime/clock.ts';
import { formatLabels, type LabelValues } from './labels.ts';
import type { SeriesBudget } from './series-budget.ts';

/**
 * A series of a set. The number is never given to another one, also not when this one has expired: its low bits are the slot that
 * the values are in, the others count the series that the set has had.
 */
export type Series = number;

const mostSlots = 2 ** 20;
const slotMask = mostSlots - 1;
const noSeries = -1;

/** Slots looked at in one step of a sweep: some milliseconds if all of them have expired. */
const slotsPerStep = 4096;

/** How much later than it should a series may disappear: so much of the time after which it does. */
const sweepsPerExpiry = 64;

/** A sweep is not to be done for every request. */
const leastPauseMillis = 1_000;

/** Keeps values by slot. */
export interface Column {
  /** Lines that each series takes in an exposition. */
  readonly linesPerSeries: number;
  /** Makes room for the values of this many slots, those there are kept. */
  reserve(slots: number): void;
  /** Takes the values of a slot away: the next series in it begins at nothing. */
  clear(slot: number): void;
}

export interface SeriesSetOptions {
  labels?: readonly string[];
  /** For labels whose values the app chooses. */
  budget?: SeriesBudget;
  /** False for series that are to stay, though nobody touches them: a gauge that is only set when something changes. */
  expires?: boolean;
}

/**
 * Which series there are, for one metric family, or for several with the same labels: these take from the budget together or
 * not at all, and expire together. The values are in the families, by slot.
 */
export class SeriesSet {
  private readonly labels: readonly string[];
  private readonly budget: SeriesBudget | undefined;
  private readonly clock: Clock;
  private readonly expireAfterMillis: number;
  private readonly columns: Column[] = [];
  private linesPerSeries = 0;
  private readonly byText = new Map<string, Series>();
  /** What was asked for of late, by `placeOf`: to put labels together as a text costs more than all else. */
  private readonly recent: (Asked | undefined)[] = Array.from({ length: placesOfRecent });
  private readonly textOf: string[] = [];
  private seriesIn = new Float64Array(4);
  /** By the monotonic clock. */
  private touchedAt = new Float64Array(4);
  private createdAt = new Float64Array(4);
  private readonly freeSlots: number[] = [];
  private overflow: Series = noSeries;
  private births = 0;
  /** When what is touched is touched: read once for many, since the hot path touches. */
  private now = 0;
  /** The slot at which the sweep goes on, and when the next one begins. */
  private hand = 0;
  private sweepAt = 0;

  constructor(clock: Clock, { labels = [], budget, expires = true }: SeriesSetOptions) {
    this.clock = clock;
    this.labels = labels;
    this.budget = budget;
    this.expireAfterMillis = expires ? (budget?.expireAfterMillis ?? Infinity) : Infinity;
  }

  attach(column: Column): void {
    if (this.textOf.length > 0) throw new Error('a family cannot join series that are there already');
    this.columns.push(column);
    this.linesPerSeries += column.linesPerSeries;
  }

  /** The series with these label values: made if it is new, the overflow series if there is no room for it. */
  series(values: LabelValues = []): Series {
    this.now = this.clock.monotonic();
    const place = placeOf(values);
    const asked = this.recent[place];
    if (asked !== undefined && areSame(asked.values, values) && this.liveSlot(asked.series) !== -1)
      return asked.series;
    const text = formatLabels(this.labels, values);
    const known = this.byText.get(text);
    if (known !== undefined) {
      this.touchedAt[known & slotMask] = this.now;
      this.recent[place] = { values, series: known };
      return known;
    }
    const isFull = this.freeSlots.length === 0 && this.textOf.length >= mostSlots - 1;
    if (isFull || this.budget?.take(this.linesPerSeries) === false) return this.overflowSeries();
    const made = this.make(text);
    this.byText.set(text, made);
    return made;
  }

  /** Whether there is a series of its own for these label values. */
  has(values: LabelValues): boolean {
    return this.byText.has(formatLabels(this.labels, values));
  }

  /** Takes a series away before its time: what it is about is gone. */
  end(values: LabelValues): void {
    const series = this.byText.get(formatLabels(this.labels, values));
    if (series !== undefined) this.release(series & slotMask);
  }

  /** Where everything goes that has no series of its own, labelled as OpenTelemetry's SDKs do. Never expires. */
  overflowSeries(): Series {
    this.budget?.noteOverflow();
    if (this.overflow === noSeries) this.overflow = this.make('otel_metric_overflow="true"');
    return this.overflow;
  }

  /** Whether a new series would get its own place. */
  get hasRoom(): boolean {
    return this.budget?.hasRoomFor(this.linesPerSeries) ?? true;
  }

  isOverflow(series: Series): boolean {
    return series === this.overflow;
  }

  /** False once it has expired, for good. */
  isLive(series: Series): boolean {
    return this.seriesIn[series & slotMask] === series;
  }

  /** Of its values, to be read; -1 if it has expired. */
  slotOf(series: Series): number {
    return this.isLive(series) ? series & slotMask : -1;
  }

  /** @returns false if it has expired */
  touch(series: Series): boolean {
    if (!this.isLive(series)) return false;
    this.touchedAt[series & slotMask] = this.clock.monotonic();
    return true;
  }

  /**
   * Touches the series, at the time that was last taken note of.
   * @returns the slot of its values; -1 if it has expired
   */
  liveSlot(series: Series): number {
    const slot = series & slotMask;
    if (this.seriesIn[slot] !== series) return -1;
    this.touchedAt[slot] = this.now;
    return slot;
  }

  /** The same, but for one that has expired the slot of the overflow series. */
  use(series: Series): number {
    const slot = this.liveSlot(series);
    return slot === -1 ? this.overflowSeries() & slotMask : slot;
  }

  /** Takes note of the time, and takes some series away that were not touched for too long. */
  expireStale(): void {
    this.now = this.clock.monotonic();
    if (this.expireAfterMillis === Infinity || (this.hand === 0 && this.now < this.sweepAt)) return;
    const staleSince = this.now - this.expireAfterMillis;
    const end = Math.min(this.textOf.length, this.hand + slotsPerStep);
    for (; this.hand < end; this.hand++) {
      if (this.touchedAt[this.hand]! <= staleSince) this.release(this.hand);
    }
    if (this.hand < this.textOf.length) return;
    this.hand = 0;
    this.sweepAt = this.now + Math.max(leastPauseMillis, this.expireAfterMillis / sweepsPerExpiry);
  }

  /**
   * The slots that are in use, in order. Series that are made while this goes on are left out: one that expired and came back
   * would be there twice.
   */
  *slots(): Generator<number> {
    const bornBefore = this.births * mostSlots;
    for (let slot = 0; slot < this.textOf.length; slot++) {
      const series = this.seriesIn[slot]!;
      if (series !== noSeries && series < bornBefore) yield slot;
    }
  }

  /** What stands between the braces. */
  labelText(slot: number): string {
    return this.textOf[slot]!;
  }

  /** Milliseconds since the Unix epoch. */
  createdMillis(slot: number): number {
    return this.createdAt[slot]!;
  }

  get size(): number {
    return this.textOf.length - this.freeSlots.length;
  }

  private make(text: string): Series {
    const slot = this.freeSlots.pop() ?? this.textOf.length;
    const series = this.births++ * mostSlots + slot;
    this.textOf[slot] = text;
    this.seriesIn = grown(this.seriesIn, slot + 1);
    this.touchedAt = grown(this.touchedAt, slot + 1);
    this.createdAt = grown(this.createdAt, slot + 1);
    for (const column of this.columns) column.reserve(slot + 1);
    this.seriesIn[slot] = series;
    this.touchedAt[slot] = this.now;
    this.createdAt[slot] = this.clock.now();
    return series;
  }

  private release(slot: number): void {
    const series = this.seriesIn[slot]!;
    if (series === noSeries || series === this.overflow) return;
    this.byText.delete(this.textOf[slot]!);
    this.textOf[slot] = '';
    this.seriesIn[slot] = noSeries;
    for (const column of this.columns) column.clear(slot);
    this.freeSlots.push(slot);
    this.budget?.giveBack(this.linesPerSeries);
  }
}

interface Asked {
  values: LabelValues;
  series: Series;
}

const placesOfRecent = 16;

/** Series of a family differ in a letter or two, or in their length, most often. */
function placeOf(values: LabelValues): number {
  let place = 0;
  for (const value of values)
    place = place * 7 + value.length + (value.length === 0 ? 0 : value.charCodeAt(value.length - 1));
  return place & (placesOfRecent - 1);
}

function areSame(some: LabelValues, others: LabelValues): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}

/** An array at least this long that begins with what the given one holds. */
export function grown(values: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= values.length) return values;
  const larger = new Float64Array(Math.max(length, values.length * 2));
  larger.set(values);
  return larger;
}
