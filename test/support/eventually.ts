import { setTimeout as delay } from 'node:timers/promises';

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
