import type { Place } from '../client-calls/place.ts';

/** Retries that multiply the load on a dependency. */
export interface RetryStorm {
  service: string;
  dependency: string;
  /** Attempts for each call. */
  amplification: number;
  /** Milliseconds since the Unix epoch. */
  since: number;
}

/** What there was in the last minute. */
export interface RecentRetries {
  service: string;
  dependency: string;
  attempts: number;
  retries: number;
}

interface Watched {
  /** Attempts and retries at the last looks, the newest at the end. */
  looks: { attempts: number; retries: number }[];
  /** Looks in a row that would begin a storm. */
  held: number;
  since: number | undefined;
  ratio: number;
  recent: Pick<RecentRetries, 'attempts' | 'retries'>;
}

/** Of 15 seconds each: a minute. */
const windowLooks = 4;
const begins = { ratio: 1.5, retries: 20, looks: 2 };
/** Lower, so that it does not come and go. */
const endsBelow = 1.2;

/**
 * How many attempts there are for each call, by dependency, in the last minute. A storm begins when it is 1.5 or more at two looks in a
 * row, with 20 retries or more, and ends below 1.2.
 */
export class Storms {
  private readonly watched = new Map<Place, Watched>();

  /**
   * To be called every 15 seconds.
   * @param now milliseconds since the Unix epoch
   */
  look(places: readonly Place[], now: number): void {
    const live = new Set(places);
    for (const place of this.watched.keys()) if (!live.has(place)) this.watched.delete(place);
    for (const place of places) this.lookAt(place, now);
  }

  ratioOf(place: Place): number {
    return this.watched.get(place)?.ratio ?? 1;
  }

  /** Milliseconds since the Unix epoch; undefined if there is none. */
  sinceOf(place: Place): number | undefined {
    return this.watched.get(place)?.since;
  }

  get all(): RetryStorm[] {
    return [...this.watched].flatMap(([{ service, dependency }, { since, ratio }]) =>
      since === undefined ? [] : [{ service, dependency, amplification: ratio, since }],
    );
  }

  /** Of those that were called. */
  get recent(): RecentRetries[] {
    return [...this.watched].flatMap(([{ service, dependency }, { recent }]) =>
      recent.attempts > 0 ? [{ service, dependency, ...recent }] : [],
    );
  }

  private lookAt(place: Place, now: number): void {
    // Not weighted: one retry that stands for a thousand is no storm.
    const { seenAttempts: attempts, seenRetries: retries } = place;
    let watched = this.watched.get(place);
    if (watched === undefined) {
      // It was made after the last look: nothing had been counted then.
      watched = {
        looks: [{ attempts: 0, retries: 0 }],
        held: 0,
        since: undefined,
        ratio: 1,
        recent: { attempts: 0, retries: 0 },
      };
      this.watched.set(place, watched);
    }
    const { looks } = watched;
    if (looks.push({ attempts, retries }) > windowLooks + 1) looks.shift();
    const of = { attempts: attempts - looks[0]!.attempts, retries: retries - looks[0]!.retries };
    watched.recent = of;
    // A retry may be heard of before what it makes good.
    watched.ratio = of.attempts / Math.max(1, of.attempts - of.retries);
    if (of.attempts <= 0) watched.ratio = 1;
    const holds = watched.ratio >= begins.ratio && of.retries >= begins.retries;
    watched.held = holds ? watched.held + 1 : 0;
    if (watched.held >= begins.looks) watched.since ??= now;
    else if (watched.ratio < endsBelow) watched.since = undefined;
  }
}
