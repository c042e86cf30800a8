import { setTimeout as delay } from 'node:timers/promises';

const lookMillis = 100;
/** Looks in a row at which nothing happened: more than a second, since spans may wait so long for their local root (`launchTocsin`). */
const quietLooks = 13;
/** What a program that has nothing to do takes at the most between two looks, also while a profiler looks at it. */
const quietNanos = 20e6;
const mostLooks = 300;

/**
 * Waits until a subject has finished what it has taken: nothing is delivered any more, and it is not at work.
 * @throws Error if it is still at work after half a minute
 */
export async function settle(
  processorNanos: () => number,
  delivered: () => Promise<number>,
  wait: (millis: number) => Promise<unknown> = delay,
): Promise<void> {
  let quiet = 0;
  let before = { nanos: processorNanos(), delivered: await delivered() };
  for (let look = 0; look < mostLooks; look++) {
    await wait(lookMillis);
    const now = { nanos: processorNanos(), delivered: await delivered() };
    const isQuiet = now.delivered === before.delivered && now.nanos - before.nanos <= quietNanos;
    quiet = isQuiet ? quiet + 1 : 0;
    if (quiet === quietLooks) return;
    before = now;
  }
  throw new Error(`it is still at work ${(mostLooks * lookMillis) / 1000} s after the last request`);
}
