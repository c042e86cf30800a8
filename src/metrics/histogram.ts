import { type ExemplarSource, Exemplars } from './exemplars.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import { Family, type FamilyOptions, type Series } from './family.ts';
import { canonicalNumber, formatValue } from './numbers.ts';
import { grown, type SeriesSet } from './series-set.ts';

export interface HistogramOptions extends FamilyOptions {
  /** Upper bounds, inclusive, rising; `+Inf` is added. */
  bounds: readonly number[];
  /** Whether each bucket remembers the last observation in it. */
  exemplars?: boolean;
}

/** A classic histogram: cumulative buckets when exposed, counts per bucket inside. */
export class Histogram extends Family {
  private readonly bounds: Float64Array;
  private readonly boundTexts: Readonly<Record<ExpositionFormat, readonly string[]>>;
  /** Buckets of a series, with the one for what is over every bound. */
  private readonly width: number;
  private counts: Float64Array<ArrayBuffer>;
  private sums = new Float64Array(4);
  private readonly exemplars: Exemplars | undefined;

  constructor(options: HistogramOptions, set: SeriesSet) {
    // Sum, count, time of creation and the bucket without a bound.
    super('histogram', options.bounds.length + 4, options, set);
    this.bounds = Float64Array.from(options.bounds);
    this.boundTexts = {
      text: [...options.bounds, Infinity].map(formatValue),
      openmetrics: [...options.bounds, Infinity].map(canonicalNumber),
    };
    this.width = options.bounds.length + 1;
    this.counts = new Float64Array(4 * this.width);
    this.exemplars = options.exemplars === true ? new Exemplars() : undefined;
  }

  /** Adds `weight` observations of `value`; none of what is not a finite number, which would be in the sum for ever. */
  observe(series: Series, value: number, weight = 1): void {
    const slot = this.seriesSet.use(series);
    if (Number.isFinite(value)) this.observeAt(slot, value, weight);
  }

  /**
   * @param slot from the set that the family is of, just now
   * @param value finite
   * @returns the bucket that it is in, for an exemplar
   */
  observeAt(slot: number, value: number, weight: number): number {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    const cell = slot * this.width + bucket;
    this.counts[cell]! += weight;
    this.sums[slot]! += value * weight;
    return cell;
  }

  /** Takes `source` for the exemplar of a bucket. @param unixMillis when it was observed */
  exemplify(cell: number, source: ExemplarSource, value: number, unixMillis: number): void {
    this.exemplars?.note(cell, source, value, unixMillis);
  }

  override reserve(slots: number): void {
    this.counts = grown(this.counts, slots * this.width);
    this.sums = grown(this.sums, slots);
    this.exemplars?.reserve(slots * this.width);
  }

  override clear(slot: number): void {
    const start = slot * this.width;
    this.counts.fill(0, start, start + this.width);
    this.sums[slot] = 0;
    if (this.exemplars === undefined) return;
    for (let cell = start; cell < start + this.width; cell++) this.exemplars.clear(cell);
  }

  protected override lines(slot: number, format: ExpositionFormat): string {
    const { name, width } = this;
    const isOpenMetrics = format === 'openmetrics';
    const boundTexts = this.boundTexts[format];
    const labels = this.seriesSet.labelText(slot);
    const bucketStart = `${name}_bucket{${labels === '' ? '' : `${labels},`}le="`;
    const braced = this.braced(slot);
    let text = '';
    let cumulative = 0;
    for (let bucket = 0; bucket < width; bucket++) {
      const cell = slot * width + bucket;
      cumulative += this.counts[cell]!;
      const exemplar = isOpenMetrics ? (this.exemplars?.text(cell) ?? '') : '';
      text += `${bucketStart}${boundTexts[bucket]!}"} ${formatValue(cumulative)}${exemplar}\n`;
    }
    text += `${name}_sum${braced} ${formatValue(this.sums[slot]!)}\n`;
    text += `${name}_count${braced} ${formatValue(cumulative)}\n`;
    return isOpenMetrics ? text + this.createdLine(slot) : text;
  }
}
