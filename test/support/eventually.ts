import { setTimeout as delay } from 'node:timers/promises';
import type { TestClock } from './test-clock.ts';

/**
 * Waits until a condition holds: for what another thread or process does in its own time. Looks again every few milliseconds
 * and fails, saying what was waited for, when it took too long.
 */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMillis = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMillis;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited ${withinMillis} ms in vain for: ${what}`);
    await delay(5);
  }
}

/** Waits for work that other threads have a part in while time goes by: what rests in between by the clock of the test goes on. */
export async function whileTimePasses<T>(clock: TestClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const noted = work.finally(() => (isDone = true));
  noted.catch(() => undefined);
  await eventually('what was begun', () => {
    if (!isDone) clock.advance(10);
    return isDone;
  });
  return noted;
}
