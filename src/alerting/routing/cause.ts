import { silencedBy } from '../silences/silencer.ts';
import type { FiringAlert } from './inhibition.ts';
import { audienceOf, type Situation } from './situation.ts';

/**
 * The incident because of which a receiver is not told of another one: its key. What the user's rules inhibit nobody is told of. Of what
 * Tocsin knows the cause itself, who is told of that cause is not told: were it for others, or silenced, it would hide what happens.
 * @param behind what waits for this one already: two never wait for each other
 */
export function causeFor(
  alert: FiringAlert,
  receiver: string,
  situation: Situation,
  behind: readonly string[] = [],
): string | undefined {
  const { inhibitor } = situation;
  const inhibiting = inhibitor.inhibitedBy(alert.labels);
  if (inhibiting !== undefined) return inhibiting;
  const waiting = [...behind, alert.key];
  const known = [inhibitor.explainedBy(alert.labels), alert.condition?.explainedBy];
  return known.find(
    (key) =>
      key !== undefined &&
      !waiting.includes(key) &&
      isTold(inhibitor.firing(key), receiver, situation, waiting),
  );
}

/** Whether a receiver hears of a cause, or of what causes that. */
function isTold(
  cause: FiringAlert | undefined,
  receiver: string,
  situation: Situation,
  behind: readonly string[],
): boolean {
  // What explains something for some time after its end was told while it fired.
  if (cause === undefined) return true;
  if (silencedBy(situation.silences, cause.labels).length > 0) return false;
  const inhibiting = situation.inhibitor.inhibitedBy(cause.labels);
  if (inhibiting !== undefined) return !behind.includes(inhibiting);
  const { receivers, muted } = audienceOf(cause, situation);
  const isFor = receivers.includes(receiver) && muted[receiver] === undefined;
  return isFor || causeFor(cause, receiver, situation, behind) !== undefined;
}
