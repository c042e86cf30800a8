import type { Incident } from '../incident.ts';
import type { ActiveSilence } from '../silences/silencer.ts';
import type { Inhibitor } from './inhibition.ts';
import type { Audience, Routing } from './routing.ts';

/** All that decides, beside the incident itself, who is told of it now. */
export interface Situation {
  routing: Routing;
  inhibitor: Inhibitor;
  silences: readonly ActiveSilence[];
  /** Names of the time intervals that it is. */
  intervals: ReadonlySet<string>;
  /** That there are. */
  receivers: readonly string[];
  /** Who stands in for one of them, by its name. */
  fallbacks: Readonly<Record<string, string>>;
}

/** Of an incident, what decides whom it is for. */
export type Addressed = Pick<Incident, 'labels'> & {
  condition?: { onlyFor?: string | undefined } | undefined;
};

/** Whom it is for by its rule, or else by the routes. */
export function audienceOf({ labels, condition }: Addressed, situation: Situation): Audience {
  const { routing, intervals, receivers } = situation;
  const only = condition?.onlyFor;
  if (only === undefined) return routing.audience(labels, receivers, intervals);
  const named = receivers.filter((name) => name === only);
  return {
    receivers: named,
    muted: {},
    groupings: {},
    routes: Object.fromEntries(named.map((name) => [name, [byRule]])),
  };
}

/** Where routes would be named. */
export const byRule = 'its rule is for this receiver';
