import { escapeHelp, formatLabels, type LabelValues } from './labels.ts';
import type { SeriesBudget } from './series-budget.ts';

export interface FamilyOptions {
  /** As exposed, with its unit and `_total`. */
  name: string;
  help: string;
  labels?: readonly string[];
  /** For families whose label values the app chooses. */
  budget?: SeriesBudget;
}

/** A series of a family, to be used with the family that gave it. */
export type Series = number;

/**
 * The series of one metric. Values live in typed arrays by series number; a caller on the hot path keeps the number and
 * never builds a string again.
 */
export abstract class Family {
  readonly name: string;
  private readonly help: string;
  private readonly type: 'counter' | 'gauge' | 'histogram';
  private readonly labelNames: readonly string[];
  private readonly budget: SeriesBudget | undefined;
  private readonly linesPerSeries: number;
  private readonly byLabels = new Map<string, Series>();
  /** What stands between the braces, by series. */
  protected readonly labelTexts: string[] = [];
  private overflow: Series | undefined;

  constructor(type: 'counter' | 'gauge' | 'histogram', linesPerSeries: number, options: FamilyOptions) {
    this.type = type;
    this.linesPerSeries = linesPerSeries;
    this.name = options.name;
    this.help = options.help;
    this.labelNames = options.labels ?? [];
    this.budget = options.budget;
  }

  /** The series with these label values: made if it is new, the overflow series if there is no room for it. */
  series(values: LabelValues = []): Series {
    const key = values.join('\u0000');
    const known = this.byLabels.get(key);
    if (known !== undefined) return known;
    if (this.budget !== undefined && !this.budget.take(this.linesPerSeries)) return this.overflowSeries();
    const made = this.make(formatLabels(this.labelNames, values));
    this.byLabels.set(key, made);
    return made;
  }

  /** Where everything goes that has no series of its own, labelled as OpenTelemetry's SDKs do. */
  overflowSeries(): Series {
    this.overflow ??= this.make('otel_metric_overflow="true"');
    return this.overflow;
  }

  get seriesCount(): number {
    return this.labelTexts.length;
  }

  /** The family in the text format; nothing while it has no series. */
  *expose(): Generator<string> {
    if (this.labelTexts.length === 0) return;
    yield `# HELP ${this.name} ${escapeHelp(this.help)}\n# TYPE ${this.name} ${this.type}\n`;
    for (let series = 0; series < this.labelTexts.length; series++) yield this.lines(series);
  }

  private make(labelText: string): Series {
    this.labelTexts.push(labelText);
    const series = this.labelTexts.length - 1;
    this.reserve(this.labelTexts.length);
    return series;
  }

  /** Makes room for the values of this many series, those there are kept. */
  protected abstract reserve(seriesCount: number): void;
  protected abstract lines(series: Series): string;
}

/** An array at least this long that begins with what the given one holds. */
export function grown(values: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= values.length) return values;
  const larger = new Float64Array(Math.max(length, values.length * 2));
  larger.set(values);
  return larger;
}
