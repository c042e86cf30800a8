import type { Incident } from '../incident.ts';
import type { Labels } from '../label-set.ts';
import { silencedBy } from '../silences/silencer.ts';
import { causeFor } from './cause.ts';
import { groupLabels } from './grouping.ts';
import { withoutOwn } from './plan.ts';
import { closedIntervals } from './routing.ts';
import { audienceOf, type Situation } from './situation.ts';

/** An incident that fires, with all that is said of it at one time, for people to look at. */
export interface AlertView {
  incident: Incident;
  /** Who is, or will be, told. */
  receivers: readonly string[];
  /** One for each way by which it gets to one of them. */
  groups: readonly GroupView[];
  /** Ids of silences. */
  silencedBy: readonly string[];
  /** Keys of incidents because of which none of them is. */
  inhibitedBy: readonly string[];
}

/** A group that an alert is in, as Alertmanager would make it of its route. */
export interface GroupView {
  receiver: string;
  /** Which one it is of, as a text: two that lead to one receiver make two groups. */
  route: string;
  /** That all in it have in common. */
  labels: Labels;
  /** Time intervals because of which its route lets nothing through. */
  mutedBy: readonly string[];
}

export function viewOf(incident: Incident, situation: Situation): AlertView {
  const { routing, silences, intervals, receivers: all } = situation;
  const { labels } = incident;
  const routes = routing.routesOf(labels, all);
  const { receivers: routed } = audienceOf(incident, situation);
  const receivers = withoutOwn(incident, routed, all, situation.fallbacks);
  const causes = receivers.map((receiver) => causeFor(incident, receiver, situation));
  const groups = receivers.flatMap((receiver) => {
    const own = routes.filter((route) => route.receiver === receiver);
    // Of a receiver's own failure others are told, wherever routes lead, and of some conditions whom their rule names: no route mutes that.
    const isRouted = own.length > 0 && incident.condition?.onlyFor === undefined;
    return (own.length > 0 ? own : routes.slice(0, 1)).map((route) => {
      const mutedBy = isRouted ? closedIntervals(route, intervals) : [];
      return { receiver, route: route.path.join('.'), labels: groupLabels(labels, route.groupBy), mutedBy };
    });
  });
  return {
    incident,
    receivers,
    groups,
    silencedBy: silencedBy(silences, labels),
    inhibitedBy: causes.every((cause) => cause !== undefined) ? [...new Set(causes)] : [],
  };
}
