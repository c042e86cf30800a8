/** As long as a parent is awaited: a child may as well be the one that comes late. */
const rememberedMillis = 60_000;
/** Twice over. Beyond it the oldest are forgotten: a deeper failure that comes then is an event of its own. */
const mostRemembered = 2048;

/** Which event told of a failure. */
export interface ToldEvent {
  eventId: string;
  issueId: string;
  /** When the span that failed ended; milliseconds since the Unix epoch. */
  endMillis: number;
  /** Nobody is told of it, so that what failed worse below it is another one. */
  isMinor: boolean;
  /** Unless it is, what may be swallowed below it is another one. */
  mayBeSwallowed: boolean;
}

/** Spans whose failures were told. What failed below one and comes later is why it failed, and not another failure. */
export class ToldFailures {
  /** All of it in one text, by the span's key: there are thousands, and nearly none is asked for. */
  private recent = new Map<string, string>();
  private older = new Map<string, string>();
  /** By the monotonic clock. */
  private recentSince = 0;

  /** @param key of the span */
  add(key: string, { eventId, issueId, endMillis, isMinor, mayBeSwallowed }: ToldEvent, now: number): void {
    if (this.recent.size >= mostRemembered || now - this.recentSince > rememberedMillis / 2) this.turn(now);
    this.recent.set(key, `${eventId} ${issueId} ${endMillis} ${isMinor} ${mayBeSwallowed}`);
  }

  /** Undefined if the span's failure was not told of late. */
  get(key: string, now: number): ToldEvent | undefined {
    if (now - this.recentSince > rememberedMillis) return undefined;
    const told = this.recent.get(key) ?? this.older.get(key);
    if (told === undefined) return undefined;
    const [eventId = '', issueId = '', endMillis, isMinor, mayBeSwallowed] = told.split(' ');
    return {
      eventId,
      issueId,
      endMillis: Number(endMillis),
      isMinor: isMinor === 'true',
      mayBeSwallowed: mayBeSwallowed === 'true',
    };
  }

  private turn(now: number): void {
    this.older = now - this.recentSince > rememberedMillis ? new Map() : this.recent;
    this.recent = new Map();
    this.recentSince = now;
  }
}
