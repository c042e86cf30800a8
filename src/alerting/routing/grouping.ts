import type { Labels } from '../label-set.ts';
import { type Route, routeName } from './route.ts';

/**
 * How a route has a receiver told of an alert, beside others and as time goes by. Times are milliseconds. What is left out does not
 * apply, so that most alerts have none at all.
 */
export interface Grouping {
  /** The same for all that are told together. */
  group?: string;
  /** Between what is told of one group and what is next; of no use without one. */
  intervalMillis?: number;
  /** Before it is told for the first time. */
  waitMillis?: number;
  /** After which it is told again although nothing is new. */
  repeatMillis?: number;
}

/** What a route says of an alert that ends in it; undefined if it is told by itself, at once, and once. */
export function groupingOf(route: Route, labels: Labels): Grouping | undefined {
  const { groupBy, groupWait, groupInterval, repeatInterval } = route;
  const grouping: Grouping = {
    ...(groupBy === 'all' ? {} : { group: groupName(route, groupBy, labels), intervalMillis: groupInterval }),
    ...(groupWait > 0 && { waitMillis: groupWait }),
    ...(repeatInterval !== undefined && { repeatMillis: repeatInterval }),
  };
  return Object.keys(grouping).length === 0 ? undefined : grouping;
}

/** For how long one may wait to be told for the first time. */
export function longestWaitMillis({ waitMillis = 0, intervalMillis = 0 }: Grouping = {}): number {
  return Math.max(waitMillis, intervalMillis);
}

/** A group is of one route: two routes with the same labels make two. */
function groupName(route: Route, groupBy: readonly string[], labels: Labels): string {
  const common = Object.entries(groupLabels(labels, groupBy)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([routeName(route), ...common.flat()]);
}

/** What an alert has in common with all others of its group. */
export function groupLabels(labels: Labels, groupBy: Route['groupBy']): Labels {
  if (groupBy === 'all') return labels;
  return Object.fromEntries(Object.entries(labels).filter(([name]) => groupBy.includes(name)));
}
