export interface SeriesBudgetOptions {
  /** After this long without being touched a series gives its lines back; never by default. */
  expireAfterMillis?: number;
}

/**
 * How many lines the series made from an app's own names may take together. One careless span name with an id in it
 * must not fill Prometheus, so what is over the budget is counted in one series labelled as overflow.
 */
export class SeriesBudget {
  readonly maxLines: number;
  readonly expireAfterMillis: number;
  private usedLines = 0;
  private overflows = 0;

  constructor(maxLines: number, options: SeriesBudgetOptions = {}) {
    this.maxLines = maxLines;
    this.expireAfterMillis = options.expireAfterMillis ?? Infinity;
  }

  /** @returns whether there was room for all of them; if not, none is taken */
  take(lines: number): boolean {
    if (!this.hasRoomFor(lines)) return false;
    this.usedLines += lines;
    return true;
  }

  hasRoomFor(lines: number): boolean {
    return this.usedLines + lines <= this.maxLines;
  }

  giveBack(lines: number): void {
    this.usedLines -= lines;
  }

  noteOverflow(): void {
    this.overflows++;
  }

  get used(): number {
    return this.usedLines;
  }

  /** How often an overflow series was asked for. */
  get overflowed(): number {
    return this.overflows;
  }
}
