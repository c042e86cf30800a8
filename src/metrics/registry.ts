import { type Clock, systemClock } from '../runtime/clock.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import type { Family, FamilyOptions } from './family.ts';
import { Histogram, type HistogramOptions } from './histogram.ts';
import { Counter, Gauge, Info } from './scalar.ts';
import { SeriesSet, type SeriesSetOptions } from './series-set.ts';

/** Brings gauges up to date, just before they are exposed. */
export type Collect = () => void;

/** All metrics of one Tocsin, in the order in which they were made. */
export class MetricRegistry {
  private readonly clock: Clock;
  private readonly families: Family[] = [];
  private readonly sets: SeriesSet[] = [];
  private readonly collectors: Collect[] = [];
  /** Families that are exposed in one piece, by the first of them; the others have none. */
  private readonly together = new Map<Family, readonly Family[]>();

  /** @param clock for when series were made and last touched */
  constructor(clock: Clock = systemClock) {
    this.clock = clock;
  }

  counter(options: FamilyOptions): Counter {
    return this.add(new Counter(options, this.setOf(options)));
  }

  gauge(options: FamilyOptions): Gauge {
    return this.add(new Gauge(options, this.setOf(options)));
  }

  histogram(options: HistogramOptions): Histogram {
    return this.add(new Histogram(options, this.setOf(options)));
  }

  info(options: FamilyOptions): Info {
    return this.add(new Info(options, this.setOf(options)));
  }

  /** Series for several families to share. */
  seriesSet(options: SeriesSetOptions): SeriesSet {
    const set = new SeriesSet(this.clock, options);
    this.sets.push(set);
    return set;
  }

  onCollect(collect: Collect): void {
    this.collectors.push(collect);
  }

  /**
   * Exposes these in one piece, where the first of them stands: what they say belongs together, and others have their turn between
   * two pieces.
   */
  exposeTogether(first: Family, ...others: readonly Family[]): void {
    this.together.set(first, [first, ...others]);
    for (const other of others) this.together.set(other, []);
  }

  /** Takes series away that were not touched for too long; a bounded amount of work, so to be called often. */
  expireStale(): void {
    for (const set of this.sets) set.expireStale();
  }

  /** In pieces that are each a whole number of lines; without the end that OpenMetrics asks for, since others may add to it. */
  *expose(format: ExpositionFormat = 'text'): Generator<string> {
    this.expireStale();
    for (const collect of this.collectors) collect();
    for (const family of this.families) {
      const group = this.together.get(family);
      if (group === undefined) yield* family.expose(format);
      else yield group.map((each) => [...each.expose(format)].join('')).join('');
    }
  }

  private setOf(options: FamilyOptions): SeriesSet {
    return options.series ?? this.seriesSet(options);
  }

  private add<F extends Family>(family: F): F {
    const { name, baseName } = family;
    if (this.families.some((other) => other.name === name || other.baseName === baseName)) {
      throw new Error(`two metric families are named ${name}, or ${baseName} in OpenMetrics`);
    }
    this.families.push(family);
    return family;
  }
}
