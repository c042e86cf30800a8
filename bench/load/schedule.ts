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
export function usualSpansPerRequest(load: Load): number {
  if (!isPaced(load)) return 512;
  return Math.max(1, Math.min(512, Math.round(load / 10)));
}

/** Spans a second; saturated = as many as are taken; storm = the same of an app in which much fails. */
export type Load = number | 'saturated' | 'storm';

/** Whether so many spans a second are sent, and not as many as are taken. */
export function isPaced(load: Load): load is number {
  return typeof load === 'number';
}

/**
 * What comes before a load that is measured, in as many spans a second as it takes for the code to be compiled that a program runs for weeks, and in
 * requests as they will be.
 */
export function warmUpOf(load: Load): { load: Load; spansPerRequest: number } {
  return {
    load: isPaced(load) ? Math.max(load, leastWarmUpSpans) : load,
    spansPerRequest: usualSpansPerRequest(load),
  };
}

const leastWarmUpSpans = 5_000;

/** Of the requests that can fail, those that do where nothing else is asked for; undefined: as many as the traffic has. */
export function failingShareOf(load: Load): number | undefined {
  // What services promise: an app of which more than one request in a hundred fails is alerted of.
  return load === 'saturated' ? 0.001 : undefined;
}

/** As people read it. */
export function loadText(load: Load): string {
  if (load === 0) return 'idle';
  return isPaced(load) ? load.toLocaleString('en') : load;
}
