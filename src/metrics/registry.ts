import type { Family, FamilyOptions } from './family.ts';
import { Histogram } from './histogram.ts';
import { Counter, Gauge } from './scalar.ts';

/** Brings gauges up to date, just before they are exposed. */
export type Collect = () => void;

/** All metrics of one Tocsin, in the order in which they were made. */
export class MetricRegistry {
  private readonly families: Family[] = [];
  private readonly collectors: Collect[] = [];

  counter(options: FamilyOptions): Counter {
    return this.add(new Counter(options));
  }

  gauge(options: FamilyOptions): Gauge {
    return this.add(new Gauge(options));
  }

  histogram(options: FamilyOptions & { bounds: readonly number[] }): Histogram {
    return this.add(new Histogram(options));
  }

  onCollect(collect: Collect): void {
    this.collectors.push(collect);
  }

  /** The text format, version 0.0.4, in pieces that are each a whole number of lines. */
  *expose(): Generator<string> {
    for (const collect of this.collectors) collect();
    for (const family of this.families) yield* family.expose();
  }

  private add<F extends Family>(family: F): F {
    if (this.families.some((other) => other.name === family.name)) {
      throw new Error(`two metric families are named ${family.name}`);
    }
    this.families.push(family);
    return family;
  }
}
