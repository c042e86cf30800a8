/**
 * How many lines the series made from an app's own names may take together. One careless span name with an id in it
 * must not fill Prometheus, so what is over the budget is counted in one series labelled as overflow.
 */
export class SeriesBudget {
  private readonly maxLines: number;
  private usedLines = 0;
  /** Distinct label sets that found no room; counted each time one is asked for. */
  refused = 0;

  constructor(maxLines: number) {
    this.maxLines = maxLines;
  }

  take(lines: number): boolean {
    if (this.usedLines + lines > this.maxLines) {
      this.refused++;
      return false;
    }
    this.usedLines += lines;
    return true;
  }
}
