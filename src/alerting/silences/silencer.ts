import { type Matcher, matchesAll } from '../../match/matcher.ts';
import { MatcherInvalid, makeMatcher } from '../../match/parse.ts';
import type { Labels } from '../label-set.ts';
import { subjectOf } from '../labels.ts';
import { type Silence, stateOf } from './silence.ts';

/** A silence as it is applied. */
export interface ActiveSilence {
  id: string;
  matchers: readonly Matcher[];
}

/** The silences that there are, ready to be asked, over and over as time goes by. */
export class Silencer {
  private readonly silences: readonly Silence[];
  /** By id, of those that have been active: to compile an expression takes far longer than to use it. */
  private readonly compiled = new Map<string, ActiveSilence | undefined>();

  constructor(silences: readonly Silence[]) {
    this.silences = silences.toSorted((a, b) => b.endsAt - a.endsAt || (a.id < b.id ? -1 : 1));
  }

  /** Those of a time, the one that ends last first. */
  at(now: number): ActiveSilence[] {
    return this.silences
      .filter((silence) => stateOf(silence, now) === 'active')
      .map((silence) => this.activated(silence))
      .filter((active) => active !== undefined);
  }

  /** When the next one begins or ends after a time; infinite if none does. */
  nextChange(now: number): number {
    const times = this.silences.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]);
    return times.filter((time) => time > now).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  }

  private activated(silence: Silence): ActiveSilence | undefined {
    const { id } = silence;
    if (!this.compiled.has(id)) {
      const matchers = matchersOf(silence);
      this.compiled.set(id, matchers && { id, matchers });
    }
    return this.compiled.get(id);
  }
}

/** Ids of those that match. */
export function silencedBy(silences: readonly ActiveSilence[], labels: Labels): string[] {
  const subject = subjectOf(labels);
  return silences.filter(({ matchers }) => matchesAll(matchers, subject)).map(({ id }) => id);
}

/** Undefined if another version took an expression that this one does not: it is better to tell too much than to tell nothing at all. */
function matchersOf({ matchers }: Silence): Matcher[] | undefined {
  try {
    return matchers.map(makeMatcher);
  } catch (error) {
    if (error instanceof MatcherInvalid) return undefined;
    throw error;
  }
}
