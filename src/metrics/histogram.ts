import { Family, type FamilyOptions, grown, type Series } from './family.ts';
import { formatValue } from './labels.ts';

/** A classic histogram: cumulative buckets when exposed, counts per bucket inside. */
export class Histogram extends Family {
  private readonly bounds: Float64Array;
  private readonly boundTexts: readonly string[];
  /** Per series: one cell a bucket, the last one for what is over every bound. */
  private counts: Float64Array<ArrayBuffer>;
  private sums = new Float64Array(4);

  /** @param bounds upper bounds, inclusive, rising; `+Inf` is added */
  constructor(options: FamilyOptions & { bounds: readonly number[] }) {
    super('histogram', options.bounds.length + 3, options);
    this.bounds = Float64Array.from(options.bounds);
    this.boundTexts = [...options.bounds.map(formatValue), '+Inf'];
    this.counts = new Float64Array(4 * this.boundTexts.length);
  }

  /** Adds `weight` observations of `value`. */
  observe(series: Series, value: number, weight = 1): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.counts[series * (bounds.length + 1) + bucket]! += weight;
    this.sums[series]! += value * weight;
  }

  protected override reserve(seriesCount: number): void {
    this.counts = grown(this.counts, seriesCount * this.boundTexts.length);
    this.sums = grown(this.sums, seriesCount);
  }

  protected override lines(series: Series): string {
    const { name, boundTexts } = this;
    const labels = this.labelTexts[series]!;
    const before = labels === '' ? '' : `${labels},`;
    const braced = labels === '' ? '' : `{${labels}}`;
    let text = '';
    let cumulative = 0;
    for (let bucket = 0; bucket < boundTexts.length; bucket++) {
      cumulative += this.counts[series * boundTexts.length + bucket]!;
      text += `${name}_bucket{${before}le="${boundTexts[bucket]!}"} ${formatValue(cumulative)}\n`;
    }
    return `${text}${name}_sum${braced} ${formatValue(this.sums[series]!)}\n${name}_count${braced} ${formatValue(cumulative)}\n`;
  }
}
