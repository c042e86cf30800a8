import type { ExpositionFormat } from './exposition-format.ts';
import { Family, type FamilyOptions, type Series } from './family.ts';
import { formatValue } from './numbers.ts';
import { grown, type SeriesSet } from './series-set.ts';

abstract class ScalarFamily extends Family {
  protected values = new Float64Array(4);

  override reserve(slots: number): void {
    this.values = grown(this.values, slots);
  }

  override clear(slot: number): void {
    this.values[slot] = 0;
  }

  protected override lines(slot: number, _format: ExpositionFormat): string {
    return `${this.name}${this.braced(slot)} ${formatValue(this.values[slot]!)}\n`;
  }
}

export class Counter extends ScalarFamily {
  constructor(options: FamilyOptions, set: SeriesSet) {
    super('counter', 2, options, set);
  }

  /** Without touching it. @returns undefined if it has expired */
  read(series: Series): number | undefined {
    const slot = this.seriesSet.slotOf(series);
    return slot === -1 ? undefined : this.values[slot];
  }

  /** @param amount what is not a finite number above 0 is not added: a counter that was NaN once would be so for ever */
  add(series: Series, amount = 1): void {
    const slot = this.seriesSet.use(series);
    if (amount > 0 && amount !== Infinity) this.addAt(slot, amount);
  }

  /**
   * @param slot from the set that the family is of, just now
   * @param amount finite, and not negative
   */
  addAt(slot: number, amount: number): void {
    this.values[slot]! += amount;
  }

  protected override lines(slot: number, format: ExpositionFormat): string {
    const line = super.lines(slot, format);
    return format === 'text' ? line : line + this.createdLine(slot);
  }
}

export class Gauge extends ScalarFamily {
  constructor(options: FamilyOptions, set: SeriesSet) {
    super('gauge', 1, options, set);
  }

  set(series: Series, value: number): void {
    this.values[this.seriesSet.use(series)] = value;
  }

  /** @param change may be negative */
  add(series: Series, change: number): void {
    this.values[this.seriesSet.use(series)]! += change;
  }
}

/** What is so, said by labels; the value is 1. */
export class Info extends Family {
  constructor(options: FamilyOptions, set: SeriesSet) {
    super('info', 1, options, set);
  }

  /** Says that it is still so. @returns false if the series has expired: it is to be made anew */
  touch(series: Series): boolean {
    return this.seriesSet.touch(series);
  }

  override reserve(): void {}
  override clear(): void {}

  protected override lines(slot: number): string {
    return `${this.name}${this.braced(slot)} 1\n`;
  }
}
