import { formatPath, type Path } from '../../config/located.ts';
import { type Matcher, matchesAll } from '../../match/matcher.ts';
import type { Labels } from '../label-set.ts';
import { subjectOf } from '../labels.ts';

/** One route as it is written; what it leaves out is that of the route around it. */
export interface RouteSpec {
  receiver?: string | undefined;
  matchers: readonly Matcher[];
  continue: boolean;
  group_by: readonly string[];
  group_wait?: number | undefined;
  group_interval?: number | undefined;
  repeat_interval?: number | undefined;
  mute_time_intervals: readonly string[];
  active_time_intervals: readonly string[];
  routes: readonly RouteSpec[];
}

/** What a route inherits unless it says otherwise; times are milliseconds. */
interface Inherited {
  receiver: string;
  /** Labels whose values alerts of one group have in common; `all` = every alert is a group of its own. */
  groupBy: readonly string[] | 'all';
  groupWait: number;
  groupInterval: number;
  /** Undefined: what is told once is not told again. */
  repeatInterval: number | undefined;
}

/** A route with all that applies to the alerts that end in it. */
export interface Route extends Inherited {
  matchers: readonly Matcher[];
  /** An alert that matches goes on to the next route beside this one. */
  continues: boolean;
  /** These and the next are its own alone: nothing is inherited of them. */
  muteTimeIntervals: readonly string[];
  activeTimeIntervals: readonly string[];
  /** Which of the routes beside it this is, for each step from the top. */
  path: readonly number[];
  routes: readonly Route[];
}

/** Every incident has a message of its own, at once and once, unless a route says otherwise. */
export const routeDefaults = {
  groupBy: 'all',
  groupWait: 0,
  groupInterval: 60_000,
  repeatInterval: undefined,
} as const satisfies Partial<Inherited>;

/** The tree as Alertmanager makes it of what is written. */
export function routeTree(root: RouteSpec): Route {
  return resolve(root, { receiver: '', ...routeDefaults }, []);
}

/** One that takes everything. */
export function openRoute(receiver: string): Route {
  const own = { muteTimeIntervals: [], activeTimeIntervals: [], path: [], routes: [] };
  return { ...routeDefaults, ...own, receiver, matchers: [], continues: true };
}

function resolve(spec: RouteSpec, around: Inherited, path: readonly number[]): Route {
  const inherited: Inherited = {
    receiver: spec.receiver ?? around.receiver,
    groupBy: groupBy(spec.group_by) ?? around.groupBy,
    groupWait: spec.group_wait ?? around.groupWait,
    groupInterval: spec.group_interval ?? around.groupInterval,
    repeatInterval: spec.repeat_interval ?? around.repeatInterval,
  };
  return {
    ...inherited,
    matchers: spec.matchers,
    continues: spec.continue,
    muteTimeIntervals: spec.mute_time_intervals,
    activeTimeIntervals: spec.active_time_intervals,
    path,
    routes: spec.routes.map((route, i) => resolve(route, inherited, [...path, i])),
  };
}

/** Undefined if nothing is said; an empty list says nothing. */
function groupBy(names: readonly string[]): Inherited['groupBy'] | undefined {
  if (names.length === 0) return undefined;
  return names.includes('...') ? 'all' : names;
}

/**
 * The routes in which an alert ends, in the order of the tree. Of the routes beside each other the first that matches takes it, and the
 * next ones only if that one says `continue`; where none below a route does, it is the route's own.
 */
export function matchingRoutes(route: Route, labels: Labels): Route[] {
  return matchSubject(route, subjectOf(labels));
}

function matchSubject(route: Route, subject: ReturnType<typeof subjectOf>): Route[] {
  if (!matchesAll(route.matchers, subject)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const below = matchSubject(child, subject);
    found.push(...below);
    if (below.length > 0 && !child.continues) break;
  }
  return found.length === 0 ? [route] : found;
}

/** What a route is called: where it is written. */
export function routeName({ path }: Pick<Route, 'path'>): string {
  return formatPath(routePath({ path }));
}

export function routePath({ path }: Pick<Route, 'path'>): Path {
  return ['alerts', 'route', ...path.flatMap((index) => ['routes', index])];
}

/** A route and all below it, from the top. */
export function allRoutes(route: Route): Route[] {
  return [route, ...route.routes.flatMap(allRoutes)];
}
