import type { Severity } from '../../errors/error-event.ts';
import type { Outcome } from '../../errors/outcome.ts';
import { withoutSpan } from '../../otlp/span-ids.ts';
import type { SpanName } from './awaited-parents.ts';

/** As long as a parent is awaited: a child may as well be the one that comes late. */
const rememberedMillis = 60_000;
/** Twice over, and of spans below them. Beyond it the oldest are forgotten: a deeper failure that comes then is an event of its own. */
const mostRemembered = 2048;
const mostBelow = 8192;

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
 * another failure.
 */
export class ToldFailures {
  /** All that is known of each in one text, by its key: there are thousands, and nearly none is asked for. */
  private readonly failed = new RecentMap<string, string>(mostRemembered);
  /** By the hash of a span the key of the one that was told, itself or above it. */
  private readonly above = new RecentMap<number, string>(mostBelow);

  add({ key, hash }: SpanName, event: ToldEvent, now: number): void {
    const { eventId, issueId, severity, outcome, endMillis, isMinor, mayBeSwallowed } = event;
    // Joined, and not a template: that would be kept as the parts of it, which take three times as much.
    const text = [eventId, issueId, severity, outcome, endMillis, isMinor, mayBeSwallowed].join(' ');
    this.failed.set(key, text, now);
    this.above.set(hash, key, now);
  }

  /** Whether no failure was told of late. */
  isEmpty(now: number): boolean {
    return this.failed.isEmpty(now);
  }

  /** Whether it is worth a closer look. @param hash of a span */
  mayKnow(hash: number, now: number): boolean {
    return hash !== 0 && this.above.get(hash, now) !== undefined;
  }

  /** The key of the span that was told: this one, or one above it. Undefined if none was of late. */
  keyFor({ key, hash }: SpanName, now: number): string | undefined {
    if (this.failed.get(key, now) !== undefined) return key;
    const above = this.above.get(hash, now);
    return above !== undefined && isOfOneTrace(above, key) ? above : undefined;
  }

  /** Has come below the one with this key. */
  cameBelow(key: string, hash: number, now: number): void {
    this.above.set(hash, key, now);
  }

  /** Undefined if the span's failure was not told of late, nor one above it. */
  get(span: SpanName, now: number): ToldEvent | undefined {
    const key = this.keyFor(span, now);
    const text = key === undefined ? undefined : this.failed.get(key, now);
    if (text === undefined) return undefined;
    const [eventId = '', issueId = '', severity, outcome, endMillis, isMinor, mayBeSwallowed] =
      text.split(' ');
    return {
      eventId,
      issueId,
      severity: severity as Severity,
      outcome: outcome as Outcome,
      endMillis: Number(endMillis),
      isMinor: isMinor === 'true',
      mayBeSwallowed: mayBeSwallowed === 'true',
    };
  }
}

/** And of one resource. Two spans of one trace hardly ever have the same hash. */
function isOfOneTrace(key: string, other: string): boolean {
  return withoutSpan(key) === withoutSpan(other);
}

/** A map of what was set last. */
class RecentMap<Key, Value> {
  private readonly most: number;
  private recent = new Map<Key, Value>();
  private older = new Map<Key, Value>();
  /** By the monotonic clock. */
  private since = 0;

  /** @param most twice over; beyond it the oldest are forgotten */
  constructor(most: number) {
    this.most = most;
  }

  isEmpty(now: number): boolean {
    return this.recent.size === 0 || now - this.since > rememberedMillis;
  }

  set(key: Key, value: Value, now: number): void {
    if (this.recent.size >= this.most || now - this.since > rememberedMillis / 2) this.turn(now);
    this.recent.set(key, value);
  }

  get(key: Key, now: number): Value | undefined {
    if (now - this.since > rememberedMillis) return undefined;
    return this.recent.get(key) ?? this.older.get(key);
  }

  private turn(now: number): void {
    this.older = now - this.since > rememberedMillis ? new Map() : this.recent;
    this.recent = new Map();
    this.since = now;
  }
}
