import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { Difference } from '../target.ts';

/** Nothing takes longer than a moment. */
const longestMillis = 10_000;
/** What is there within so many turns of the event loop, as nearly everything is, costs no pause; the rest costs no processor time. */
const quickTurns = 100;

/** Looks again and again until it is so. @throws Difference if it never is */
export async function turnsUntil(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + longestMillis;
  for (let turn = 0; performance.now() < end; turn++) {
    await (turn < quickTurns ? setImmediate() : delay(1));
    if (isSo()) return;
  }
  throw new Difference(`it never comes: ${what}`);
}
