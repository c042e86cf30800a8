import type { Labels } from '../label-set.ts';
import { Inhibitor, type InhibitRule } from './inhibition.ts';
import { type Grouping, groupingOf } from './grouping.ts';
import { builtInInhibition } from './built-in-inhibition.ts';
import { matchingRoutes, openRoute, type Route, routeName, type RouteSpec, routeTree } from './route.ts';
import { intervalsAt, type NamedTimeIntervals } from './time-interval.ts';

export interface RoutingOptions {
  /** Undefined: everybody is told of everything. */
  route: RouteSpec | undefined;
  inhibit_rules: readonly InhibitRule[];
  time_intervals: readonly NamedTimeIntervals[];
}

export const noRouting: RoutingOptions = { route: undefined, inhibit_rules: [], time_intervals: [] };

/** Whom an alert is for, and who of them is not told now. */
export interface Audience {
  receivers: readonly string[];
  /** By which routes, by receiver. */
  routes: Readonly<Record<string, readonly string[]>>;
  /** Why not, by receiver. */
  muted: Readonly<Record<string, string>>;
  /** Together with what, and when, by receiver. */
  groupings: Readonly<Record<string, Grouping>>;
}

/** Where routes would be named, if there were any. */
export const withoutRoute = 'without alerts.route, all are told of everything';

/** What the user says of who is told of what, and when. */
export class Routing {
  readonly tree: Route | undefined;
  private readonly options: RoutingOptions;

  constructor(options: RoutingOptions) {
    this.options = options;
    this.tree = options.route && routeTree(options.route);
  }

  /** One that knows of no alert yet. */
  inhibitor(): Inhibitor {
    return new Inhibitor(this.options.inhibit_rules, builtInInhibition);
  }

  /** Names of the time intervals that contain a time. */
  intervalsAt(now: number): ReadonlySet<string> {
    return intervalsAt(this.options.time_intervals, now);
  }

  /** Whether time changes what is told. */
  get knowsTime(): boolean {
    return this.options.time_intervals.length > 0;
  }

  /** Where an alert ends. Without routes, everybody has one. @param all receivers that there are */
  routesOf(labels: Labels, all: readonly string[]): Route[] {
    return this.tree === undefined ? all.map(openRoute) : matchingRoutes(this.tree, labels);
  }

  /**
   * @param all receivers that there are
   * @param intervals that contain this time
   */
  audience(labels: Labels, all: readonly string[], intervals: ReadonlySet<string>): Audience {
    if (this.tree === undefined) {
      const everyRoute = all.map((name) => [name, [withoutRoute]] as const);
      return { receivers: all, routes: Object.fromEntries(everyRoute), muted: {}, groupings: {} };
    }
    const routes = matchingRoutes(this.tree, labels);
    const receivers = all.filter((name) => routes.some(({ receiver }) => receiver === name));
    const muted: Record<string, string> = {};
    const names: Record<string, readonly string[]> = {};
    const groupings: Record<string, Grouping> = {};
    for (const name of receivers) {
      const own = routes.filter(({ receiver }) => receiver === name);
      names[name] = own.map(routeName);
      const reasons = own.map((route) => mutedBy(route, intervals));
      // Where several routes lead to one receiver, it is enough that one of them is open.
      if (reasons.every((reason) => reason !== undefined)) muted[name] = reasons[0]!;
      const grouping = groupingOf(own[Math.max(0, reasons.indexOf(undefined))]!, labels);
      if (grouping !== undefined) groupings[name] = grouping;
    }
    return { receivers, routes: names, muted, groupings };
  }
}

/** Why a route lets nothing through; undefined if it does. */
export function mutedBy(route: Route, intervals: ReadonlySet<string>): string | undefined {
  const { muteTimeIntervals, activeTimeIntervals } = route;
  const mute = muteTimeIntervals.find((name) => intervals.has(name));
  if (mute !== undefined) return `muted: it is ${mute}`;
  return isActive(route, intervals) ? undefined : `not active: it is not ${activeTimeIntervals.join(' or ')}`;
}

/** Names of the time intervals because of which a route lets nothing through. */
export function closedIntervals(route: Route, intervals: ReadonlySet<string>): string[] {
  const mute = route.muteTimeIntervals.filter((name) => intervals.has(name));
  return isActive(route, intervals) ? mute : [...mute, ...route.activeTimeIntervals];
}

function isActive({ activeTimeIntervals: names }: Route, intervals: ReadonlySet<string>): boolean {
  return names.length === 0 || names.some((name) => intervals.has(name));
}
