export interface OpenLoop {
  spansPerSecond: number;
  spansPerRequest: number;
}

/**
 * When each request is to be sent, whatever became of those before: who is slow to answer does not slow down those who ask, and what
 * waits because of it counts as waiting.
 * @returns milliseconds since the load began
 */
export function* openLoopTimes(
  { spansPerSecond, spansPerRequest }: OpenLoop,
  millis: number,
): Generator<number> {
  const gapMillis = (spansPerRequest / spansPerSecond) * 1000;
  for (let index = 0; index * gapMillis < millis; index++) yield index * gapMillis;
}

/** An SDK's batch has 512 spans at the most, and fewer where spans are few, since it does not wait for them for ever. */
export function spansPerRequest(load: Load): number {
  if (load === 'saturated') return 512;
  return Math.max(1, Math.min(512, Math.round(load / 10)));
}

/** Spans a second; saturated = as many as are taken. */
export type Load = number | 'saturated';
