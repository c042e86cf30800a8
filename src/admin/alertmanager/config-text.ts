import { stringify } from 'yaml';
import type { Routing } from '../../alerting/routing/routing.ts';
import { openRoute, type Route } from '../../alerting/routing/route.ts';
import { formatMatcher } from '../../match/parse.ts';

/** What stands in for receivers where there are none: an alertmanager.yml needs one. */
const nobody = 'nobody';

/**
 * The routes as an alertmanager.yml has them, for `amtool config routes`, say. Only who is told of what: nothing of how, which is full
 * of secrets.
 */
export function configText({ tree }: Pick<Routing, 'tree'>, receivers: readonly string[]): string {
  const names = receivers.length === 0 ? [nobody] : receivers;
  const routes = names.length === 1 ? [] : names.map(openRoute);
  const route = routeOf(tree ?? { ...openRoute(names[0]!), continues: false, routes });
  const text = stringify({ route, receivers: names.map((name) => ({ name })) }, { lineWidth: 0 });
  return `# Tocsin's routes; without time intervals, inhibition, and the settings of receivers.\n${text}`;
}

function routeOf({ receiver, groupBy, matchers, continues, routes }: Route): object {
  return {
    receiver,
    group_by: groupBy === 'all' ? ['...'] : [...groupBy],
    ...(matchers.length > 0 && { matchers: matchers.map(formatMatcher) }),
    ...(continues && { continue: true }),
    ...(routes.length > 0 && { routes: routes.map(routeOf) }),
  };
}
