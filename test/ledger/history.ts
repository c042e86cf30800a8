import type { Policy } from './settings.ts';

/** A process of Tocsin, from being started to its end. Times are of the monotonic clock, in milliseconds. */
export interface Life {
  number: number;
  spawnedAt: number;
  /** Undefined while it runs. */
  endedAt: number | undefined;
  wasKilled: boolean;
}

interface Span {
  from: number;
  until: number;
}

/** What was done to Tocsin in a round, and when. */
export class History {
  readonly lives: Life[] = [];
  private readonly policies: (Span & { policy: Policy })[] = [];
  private readonly fullDisk: Span[] = [];

  private readonly isSpooled: boolean;

  /** @param isSpooled whether what waits when Tocsin is stopped goes to the spool: else the journal has it, as after a crash */
  constructor(policy: Policy, isSpooled: boolean) {
    this.isSpooled = isSpooled;
    this.policies.push({ from: 0, until: Infinity, policy });
  }

  begin(now: number): Life {
    const life: Life = { number: this.lives.length, spawnedAt: now, endedAt: undefined, wasKilled: false };
    this.lives.push(life);
    return life;
  }

  get current(): Life {
    return this.lives.at(-1)!;
  }

  /** The life that something heard of then comes from: the first moments of a process say nothing. */
  lifeAt(time: number): Life {
    return this.lives.findLast(({ spawnedAt }) => spawnedAt + 100 <= time) ?? this.lives[0]!;
  }

  /** From one moment to another either may have held. */
  changePolicy(policy: Policy, from: number, until: number): void {
    this.policies.at(-1)!.until = until;
    this.policies.push({ from, until: Infinity, policy });
  }

  diskWasFull(from: number, until: number): void {
    this.fullDisk.push({ from, until });
  }

  isDiskFull(from: number, until: number): boolean {
    return this.fullDisk.some((span) => overlaps(span, from, until));
  }

  /**
   * What may have been decided by about something that was under way at that time: what a process has left is decided anew by the next.
   */
  policiesFor(from: number, until: number): Policy[] {
    const times: [number, number][] = [[from, until]];
    for (const { spawnedAt, endedAt } of this.lives)
      if (spawnedAt > from) times.push([spawnedAt, Math.min(spawnedAt + 5_000, endedAt ?? Infinity)]);
    return this.policies
      .filter((span) => times.some(([start, end]) => overlaps(span, start, end)))
      .map(({ policy }) => policy);
  }

  /** Lives that ended after this time in such a way that the next takes from the journal what it finds there. */
  crashesAfter(time: number): Life[] {
    return this.lives.filter(
      (life) => life.endedAt !== undefined && life.endedAt >= time && this.isCrash(life),
    );
  }

  isCrash({ spawnedAt, endedAt, wasKilled }: Life): boolean {
    if (endedAt === undefined) return false;
    // On a disk that was full it may not be noted what is done.
    return wasKilled || !this.isSpooled || this.isDiskFull(spawnedAt, endedAt);
  }

  /** Whether no process ended in that time, or so soon after it that what was done was not noted on disk. */
  isNoted(from: number, until: number): boolean {
    return this.lives.every(({ spawnedAt, endedAt }) => {
      if (endedAt === undefined || endedAt < from) return true;
      // Of what is done it is noted within milliseconds.
      return endedAt > until + 1_000 && (spawnedAt > until || !this.isDiskFull(spawnedAt, endedAt));
    });
  }

  /** Whether what was taken at that time, and not forwarded yet, may be gone with its process: nothing was written of it. */
  mayBeForgotten(life: number, from: number, until: number, isJournaled: boolean): boolean {
    const { endedAt, wasKilled } = this.lives[life]!;
    if (endedAt === undefined) return false;
    return (!isJournaled && wasKilled) || this.isDiskFull(from, until);
  }
}

function overlaps(span: Span, from: number, until: number): boolean {
  return span.from <= until && span.until >= from;
}
