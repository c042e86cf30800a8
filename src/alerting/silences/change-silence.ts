import { regexSizeOf } from '../../match/regex-size.ts';
import {
  mostRegexSizeOfAll,
  type Silence,
  type SilenceMatcher,
  stateOf,
  type WantedSilence,
} from './silence.ts';

/** What comes of a wish: one silence, and with it perhaps the end of the one that it takes the place of. */
export interface SilenceChange {
  silence: Silence;
  /** Whether it is one more. */
  isNew: boolean;
  former: Silence | undefined;
}

/**
 * A silence is changed where that leaves true what was silenced so far. Else it ends and a new one begins, as in Alertmanager.
 * @param before the one that is to be changed
 * @param newId of a new one
 */
export function changeSilence(
  before: Silence | undefined,
  wanted: WantedSilence,
  newId: string,
  now: number,
): SilenceChange {
  if (before !== undefined && canBecome(before, wanted, now)) {
    return { silence: { ...wanted, id: before.id, updatedAt: now }, isNew: false, former: undefined };
  }
  const startsAt = Math.max(wanted.startsAt, now);
  return {
    silence: { ...wanted, id: newId, startsAt, updatedAt: now },
    isNew: true,
    former: before && expired(before, now),
  };
}

/** The silence, if it ends now; one that has expired stays as it was. */
export function expired(silence: Silence, now: number): Silence {
  switch (stateOf(silence, now)) {
    case 'active':
      return { ...silence, endsAt: now, updatedAt: now };
    case 'pending':
      return { ...silence, startsAt: now, endsAt: now, updatedAt: now };
    case 'expired':
      return silence;
  }
}

/** Whether the expressions of a new silence have room beside those of the others. */
export function hasRoom(change: SilenceChange, silences: readonly Silence[], now: number): boolean {
  const others = silences.filter(({ id }) => id !== change.silence.id && id !== change.former?.id);
  const lasting = others.filter((silence) => stateOf(silence, now) !== 'expired');
  const size = [change.silence, ...lasting].reduce((sum, { matchers }) => sum + regexSizeOf(matchers), 0);
  return size <= mostRegexSizeOfAll;
}

function canBecome(before: Silence, wanted: WantedSilence, now: number): boolean {
  if (textOf(before.matchers) !== textOf(wanted.matchers)) return false;
  switch (stateOf(before, now)) {
    case 'active':
      // Clients may leave out what is less than a second.
      return secondOf(before.startsAt) === secondOf(wanted.startsAt);
    case 'pending':
      return wanted.startsAt >= now;
    case 'expired':
      return false;
  }
}

function textOf(matchers: readonly SilenceMatcher[]): string {
  return JSON.stringify(matchers.map(({ name, operator, value }) => [name, operator, value]));
}

function secondOf(millis: number): number {
  return Math.floor(millis / 1000);
}
