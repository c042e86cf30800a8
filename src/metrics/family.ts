import type { ExpositionFormat } from './exposition-format.ts';
import type { LabelValues } from './labels.ts';
import { formatTimestamp } from './numbers.ts';
import type { Column, Series, SeriesSet, SeriesSetOptions } from './series-set.ts';

export type { Series } from './series-set.ts';

export interface FamilyOptions extends SeriesSetOptions {
  /** As exposed in the text format, with its unit and `_total`. */
  name: string;
  help: string;
  /** Series that it shares with other families; instead of labels and a budget of its own. */
  series?: SeriesSet;
}

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'info';

const suffixes: Readonly<Partial<Record<FamilyType, string>>> = { counter: '_total', info: '_info' };
const units = /_(seconds|milliseconds|bytes|ratio)$/;

/**
 * The series of one metric. Values live in typed arrays; a caller on the hot path keeps the number of a series and
 * never builds a string again.
 */
export abstract class Family implements Column {
  readonly name: string;
  /** Of the family in OpenMetrics, which has no `_total` and `_info`. */
  readonly baseName: string;
  readonly linesPerSeries: number;
  protected readonly seriesSet: SeriesSet;
  private readonly help: string;
  private readonly type: FamilyType;

  constructor(type: FamilyType, linesPerSeries: number, { name, help }: FamilyOptions, set: SeriesSet) {
    const suffix = suffixes[type] ?? '';
    if (!name.endsWith(suffix)) throw new Error(`the name of a ${type} ends with ${suffix}: ${name}`);
    this.type = type;
    this.linesPerSeries = linesPerSeries;
    this.name = name;
    this.baseName = name.slice(0, name.length - suffix.length);
    this.help = help;
    this.seriesSet = set;
    set.attach(this);
  }

  /** The series with these label values: made if it is new, the overflow series if there is no room for it. */
  series(values?: LabelValues): Series {
    return this.seriesSet.series(values);
  }

  overflowSeries(): Series {
    return this.seriesSet.overflowSeries();
  }

  isOverflow(series: Series): boolean {
    return this.seriesSet.isOverflow(series);
  }

  get seriesCount(): number {
    return this.seriesSet.size;
  }

  /** The family, in pieces of whole lines; nothing while it has no series. */
  *expose(format: ExpositionFormat): Generator<string> {
    if (this.seriesSet.size === 0) return;
    yield format === 'text' ? this.textHeader() : this.openMetricsHeader();
    for (const slot of this.seriesSet.slots()) yield this.lines(slot, format);
  }

  abstract reserve(slots: number): void;
  abstract clear(slot: number): void;
  protected abstract lines(slot: number, format: ExpositionFormat): string;

  /** What stands behind a name that has no other labels. */
  protected braced(slot: number): string {
    const labels = this.seriesSet.labelText(slot);
    return labels === '' ? '' : `{${labels}}`;
  }

  /** Tells a series that came back from one that was there all the time. */
  protected createdLine(slot: number): string {
    return `${this.baseName}_created${this.braced(slot)} ${formatTimestamp(this.seriesSet.createdMillis(slot))}\n`;
  }

  private textHeader(): string {
    const type = this.type === 'info' ? 'gauge' : this.type;
    return `# HELP ${this.name} ${escapeHelp(this.help)}\n# TYPE ${this.name} ${type}\n`;
  }

  private openMetricsHeader(): string {
    const { baseName, type } = this;
    const unit = type === 'info' ? undefined : units.exec(baseName)?.[1];
    const unitLine = unit === undefined ? '' : `# UNIT ${baseName} ${unit}\n`;
    const help = escapeHelp(this.help).replaceAll('"', '\\"');
    return `# TYPE ${baseName} ${type}\n${unitLine}# HELP ${baseName} ${help}\n`;
  }
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
