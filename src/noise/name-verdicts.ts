import { Interner } from '../otlp/interner.ts';
import type { SpanView } from '../otlp/span-view.ts';

/** What is to be said of a span by its name. Names are few and come again with every request, so each is judged once. */
export class NameVerdicts<Verdict> {
  private readonly judge: (name: string) => Verdict;
  private readonly names = new Interner(4096);
  private readonly verdicts: Verdict[] = [];

  constructor(judge: (name: string) => Verdict) {
    this.judge = judge;
  }

  of(span: SpanView): Verdict {
    const number = span.internName(this.names);
    if (number === -1) return this.judge(span.name);
    this.verdicts[number] ??= this.judge(this.names.text(number));
    return this.verdicts[number];
  }
}
