import { formatPath, type Path } from '../../config/located.ts';
import type { Advice } from '../../config/problem.ts';
import { type LabelBook, matchesValue } from './label-book.ts';
import type { PlacedMatcher } from './placed-matcher.ts';
import type { RouteConfig } from './route-config.ts';

/** What is likely not meant so in a tree of routes. */
export function routeAdvice(root: RouteConfig, path: Path, labels: LabelBook): Advice[] {
  return adviceOn(root, path, [], labels);
}

/** @param above matchers of the routes around it */
function adviceOn(
  route: RouteConfig,
  path: Path,
  above: readonly PlacedMatcher[],
  labels: LabelBook,
): Advice[] {
  const here = [...above, ...route.matchers];
  const advice = route.group_by.flatMap((name, i): Advice[] => {
    const isKnown = name === '...' || labels.isKnown(name);
    return isKnown ? [] : [{ path: [...path, 'group_by', i], message: unknownLabel(name, labels) }];
  });
  const wrong = matcherAdvice(route.matchers, path, labels);
  if (wrong.length > 0) return [...advice, ...wrong];
  const label = labels.impossibleLabel(here);
  if (label !== undefined)
    return [
      ...advice,
      { path, message: `no alert can match it: its matchers, and those around it, on ${label} contradict` },
    ];
  const below = route.routes.flatMap((child, i): Advice[] => {
    const at = [...path, 'routes', i];
    const taker = takerOf(child, route.routes.slice(0, i), here, labels);
    if (taker === undefined) return adviceOn(child, at, here, labels);
    const first = formatPath([...path, 'routes', taker]);
    return [{ path: at, message: `never reached: ${first} takes every alert that it is for` }];
  });
  return [...advice, ...below];
}

/** The first of the routes before that takes all that a route is for. */
function takerOf(
  route: RouteConfig,
  before: readonly RouteConfig[],
  above: readonly PlacedMatcher[],
  labels: LabelBook,
): number | undefined {
  const matchers = [...above, ...route.matchers];
  if (labels.impossibleLabel(matchers) !== undefined) return undefined;
  const found = before.findIndex((other) => !other.continue && labels.implies(matchers, other.matchers));
  return found === -1 ? undefined : found;
}

/** Matchers that say nothing, or that nothing matches, each by itself. */
export function matcherAdvice(matchers: readonly PlacedMatcher[], path: Path, labels: LabelBook): Advice[] {
  return matchers.flatMap((matcher): Advice[] => {
    const { name } = matcher;
    const at = [...path, ...matcher.path];
    if (!labels.isKnown(name)) return [{ path: at, message: unknownLabel(name, labels) }];
    const values = labels.valuesOf(name);
    if (values === undefined || values.some((value) => matchesValue(matcher, value))) return [];
    return [
      {
        path: at,
        message: `no alert matches it, but for what others post: ${name} is one of ${values.filter((value) => value !== '').join(', ')}`,
      },
    ];
  });
}

export function unknownLabel(name: string, labels: LabelBook): string {
  return `no alert has a label ${formatPath([name])}, so that it is always empty, but for what others post: there are ${labels.names.join(', ')}`;
}
