import { routingOptions } from '../../alerting/config.ts';
import type { Labels } from '../../alerting/label-set.ts';
import { LabelBook } from '../../alerting/routing/label-book.ts';
import { byRule } from '../../alerting/routing/situation.ts';
import {
  matchingRoutes,
  type Route,
  routeDefaults,
  routeName,
  routePath,
} from '../../alerting/routing/route.ts';
import { unknownLabel } from '../../alerting/routing/route-advice.ts';
import { mutedBy, Routing, withoutRoute } from '../../alerting/routing/routing.ts';
import type { ReadConfiguration } from '../../config/changes.ts';
import { placeOf } from '../../config/located.ts';
import { printDuration } from '../../config/scalar-kind.ts';
import { formatMatcher, MatcherInvalid } from '../../match/parse.ts';
import { parseMatchers } from '../../match/parse-list.ts';
import type { Configuration } from '../configuration/options.ts';

export interface CheckedRoute {
  /** The receivers, as `amtool config routes test` prints them; then, for each, by which route. */
  text: string;
  warnings: readonly string[];
}

/**
 * Where an alert goes.
 * @param given its labels: `severity=critical,service=payments`
 * @param now milliseconds since the Unix epoch
 * @throws MatcherInvalid
 */
export function checkRoute(
  { value, tree }: ReadConfiguration<Configuration>,
  given: string,
  now: number,
): CheckedRoute {
  const labels = parseLabels(given);
  const routing = new Routing(routingOptions(value.alerts));
  const book = new LabelBook(value.alerts.rules);
  const warnings = Object.keys(labels)
    .filter((name) => !book.isKnown(name))
    .map((name) => unknownLabel(name, book));
  const only = receiverOfRule(value, labels);
  if (only !== undefined) return { text: `${only}\n  ${only}: ${byRule}\n`, warnings };
  if (routing.tree === undefined) return { text: toAll(value), warnings };
  const routes = matchingRoutes(routing.tree, labels);
  const intervals = routing.intervalsAt(now);
  const lines = routes.map((route) => {
    const place = placeOf(tree, routePath(route));
    const at = 'file' in place ? ` (${place.file}:${place.line})` : '';
    const muted = mutedBy(route, intervals);
    const facts = [...describe(route), ...(muted === undefined ? [] : [`now ${muted}`])].join(', ');
    return `  ${route.receiver}: ${routeName(route)}${at}${facts === '' ? '' : ` ${facts}`}\n`;
  });
  return { text: `${routes.map(({ receiver }) => receiver).join(',')}\n${lines.join('')}`, warnings };
}

function parseLabels(text: string): Labels {
  const matchers = parseMatchers(text);
  if (matchers.some(({ operator }) => operator !== '='))
    throw new MatcherInvalid('labels are written as name=value, apart by commas');
  return Object.fromEntries(matchers.map(({ name, value }) => [name, value]));
}

/** Whom a rule names, whatever the routes are. */
function receiverOfRule({ alerts: { rules } }: Configuration, { alertname }: Labels): string | undefined {
  return rules.find(({ name }) => name === alertname)?.receiver;
}

function toAll({ alerts: { receivers } }: Configuration): string {
  const names = receivers.map(({ name }) => name);
  const reason = names.length === 0 ? 'nobody is told: there is no receiver' : withoutRoute;
  return `${names.join(',')}\n  ${reason}\n`;
}

/** What is said of a route itself, or around it. */
function describe({ matchers, continues, groupBy, ...times }: Route): string[] {
  const facts: string[] = [];
  if (matchers.length > 0) facts.push(`{${matchers.map(formatMatcher).join(', ')}}`);
  if (continues) facts.push('continue');
  if (groupBy !== 'all') facts.push(`group_by [${groupBy.join(', ')}]`);
  for (const [key, name] of timeNames) {
    const millis = times[key];
    if (millis !== undefined && millis !== routeDefaults[key]) facts.push(`${name} ${printDuration(millis)}`);
  }
  return facts;
}

const timeNames = [
  ['groupWait', 'group_wait'],
  ['groupInterval', 'group_interval'],
  ['repeatInterval', 'repeat_interval'],
] as const;
