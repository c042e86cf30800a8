import type { Interner } from '../otlp/interner.ts';
import type { SpanView } from '../otlp/span-view.ts';
import { mostNames } from '../otlp/trace-scanner.ts';

const unknown = -2;

/** The numbers that the names of one request have in an interner that knows those of all: each is looked for once. */
export class NameNumbers {
  private readonly numbers = new Int32Array(mostNames).fill(unknown);

  /** What follows are the spans of another request. */
  begin(): void {
    this.numbers.fill(unknown);
  }

  /** @returns -1 if the interner has none */
  of(span: SpanView, interner: Interner): number {
    const { nameNumber } = span;
    if (nameNumber === -1) return span.internName(interner);
    const known = this.numbers[nameNumber]!;
    if (known !== unknown) return known;
    const number = span.internName(interner);
    this.numbers[nameNumber] = number;
    return number;
  }
}
