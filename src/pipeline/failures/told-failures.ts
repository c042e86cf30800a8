import { type Severity, severities } from '../../errors/error-event.ts';
import { type Outcome, outcomes } from '../../errors/outcome.ts';
import { RecentNumbers } from '../../runtime/recent-numbers.ts';
import type { SpanName } from '../span-name.ts';

/** As long as a parent is awaited: a child may as well be the one that comes late. */
const rememberedMillis = 60_000;
/**
 * And of spans, told or below those; powers of 2. Beyond it the oldest are forgotten: a deeper failure that comes then is an event of
 * its own.
 */
const mostRemembered = 2 ** 12;
const mostBelow = 2 ** 14;

/** Which event told of a failure. */
export interface ToldEvent {
  eventId: string;
  issueId: string;
  /** How bad it is if nothing makes up for it, and what was known of its outcome: what is worse below it is another one. */
  severity: Severity;
  outcome: Outcome;
  /** When the span that failed ended; milliseconds since the Unix epoch. */
  endMillis: number;
  /** Nobody is told of it, so that what failed worse below it is another one. */
  isMinor: boolean;
  /** Unless it is, what may be swallowed below it is another one. */
  mayBeSwallowed: boolean;
}

/**
 * Spans whose failures were told, and those that have come below them. What failed below one and comes later is why it failed, and not
 * another failure. In columns and not as objects: there are thousands a second, and nearly none is asked for.
 */
export class ToldFailures {
  /** How many had been told before the one that was told in a span, or above it. */
  private readonly spans = new RecentNumbers(mostBelow, rememberedMillis);
  private readonly eventIds: string[] = [];
  private readonly issueIds: string[] = [];
  private readonly endMillis = new Float64Array(mostRemembered);
  private readonly facts = new Uint8Array(mostRemembered * factsOfOne);
  /** In 32 bits, of which the last ones say where its columns are. */
  private count = 0;

  add(span: SpanName, event: ToldEvent, now: number): void {
    const row = rowOf(this.count);
    this.eventIds[row] = event.eventId;
    this.issueIds[row] = event.issueId;
    this.endMillis[row] = event.endMillis;
    const { severity, outcome, isMinor, mayBeSwallowed } = event;
    const facts = [
      severities.indexOf(severity),
      outcomes.indexOf(outcome),
      Number(isMinor),
      Number(mayBeSwallowed),
    ];
    this.facts.set(facts, row * factsOfOne);
    this.spans.note(span, this.count, now);
    this.count = (this.count + 1) | 0;
  }

  /** Whether no failure was told of late. */
  isEmpty(now: number): boolean {
    return this.spans.isEmpty(now);
  }

  /** Whether it is worth a closer look. @param hash of a span */
  mayKnow(hash: number, now: number): boolean {
    return hash !== 0 && this.spans.mayKnow(hash, now);
  }

  /** The number of what was told in this span, or above it; undefined if nothing was of late. */
  numberOf(span: SpanName, now: number): number | undefined {
    const number = this.spans.get(span, now);
    return number !== undefined && ((this.count - number) | 0) <= mostRemembered ? number : undefined;
  }

  /** A span has come below the one with this number. */
  cameBelow(number: number, span: SpanName, now: number): void {
    if (this.spans.get(span, now) !== number) this.spans.note(span, number, now);
  }

  /** Undefined if the span's failure was not told of late, nor one above it. */
  get(span: SpanName, now: number): ToldEvent | undefined {
    const number = this.numberOf(span, now);
    if (number === undefined) return undefined;
    const row = rowOf(number);
    const [severity, outcome, isMinor, mayBeSwallowed] = this.facts.subarray(row * factsOfOne);
    return {
      eventId: this.eventIds[row]!,
      issueId: this.issueIds[row]!,
      severity: severities[severity!]!,
      outcome: outcomes[outcome!]!,
      endMillis: this.endMillis[row]!,
      isMinor: isMinor === 1,
      mayBeSwallowed: mayBeSwallowed === 1,
    };
  }
}

const factsOfOne = 4;

function rowOf(number: number): number {
  return number & (mostRemembered - 1);
}
