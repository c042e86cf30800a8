import { Family, type FamilyOptions, grown, type Series } from './family.ts';
import { formatValue } from './labels.ts';

abstract class ScalarFamily extends Family {
  protected values = new Float64Array(4);

  value(series: Series): number {
    return this.values[series] ?? 0;
  }

  protected override reserve(seriesCount: number): void {
    this.values = grown(this.values, seriesCount);
  }

  protected override lines(series: Series): string {
    const labels = this.labelTexts[series]!;
    const value = formatValue(this.value(series));
    return labels === '' ? `${this.name} ${value}\n` : `${this.name}{${labels}} ${value}\n`;
  }
}

export class Counter extends ScalarFamily {
  constructor(options: FamilyOptions) {
    super('counter', 1, options);
  }

  add(series: Series, amount = 1): void {
    this.values[series]! += amount;
  }
}

export class Gauge extends ScalarFamily {
  constructor(options: FamilyOptions) {
    super('gauge', 1, options);
  }

  set(series: Series, value: number): void {
    this.values[series] = value;
  }
}
