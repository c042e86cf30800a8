import type { Labels } from '../../../src/alerting/label-set.ts';
import type { RouteSpec } from '../../../src/alerting/routing/route.ts';
import { parseMatchers } from '../../../src/match/parse-list.ts';

/** A route as it is written, in short. */
export interface ShortRoute extends Partial<Omit<RouteSpec, 'matchers' | 'routes'>> {
  matchers?: readonly string[];
  routes?: readonly ShortRoute[];
}

export function routeSpec({ matchers = [], routes = [], ...given }: ShortRoute): RouteSpec {
  return {
    continue: false,
    group_by: [],
    mute_time_intervals: [],
    active_time_intervals: [],
    ...given,
    matchers: matchers.flatMap(parseMatchers),
    routes: routes.map(routeSpec),
  };
}

/** `a=x,b=y`. */
export function labels(text: string): Labels {
  return Object.fromEntries(parseMatchers(text).map(({ name, value }) => [name, value]));
}
