import type { Reporter } from '../derive/reported/breaker-book.ts';
import type { ResourceFacts } from './resource-facts.ts';

/** Reports of circuit breakers and retries that are counted before others have their turn: some milliseconds. */
export const reportsInOnePiece = 500;

/** Who says it: one process, as far as its resource tells it from others. */
export function reporterOf({ service, identity, pod }: ResourceFacts): Reporter {
  return { service, instance: `${identity}${pod}` };
}
