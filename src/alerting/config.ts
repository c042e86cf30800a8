import * as z from 'zod';
import type { Path } from '../config/located.ts';
import { noSuch } from '../config/suggest.ts';
import { inhibitSchema } from './routing/inhibit-config.ts';
import { routeSchema } from './routing/route-config.ts';
import type { RoutingOptions } from './routing/routing.ts';
import { timeIntervalsSchema } from './routing/time-interval-config.ts';

/** The part of `alerts` that says who is told of what, and when; the receivers stand beside it. */
export const routingShape = {
  route: routeSchema
    .optional()
    .describe('who is told of what, as in Alertmanager; without it, every receiver is told of everything'),
  inhibit_rules: z
    .array(inhibitSchema)
    .max(100, 'more than 100 rules')
    .default([])
    .describe('which alerts are not told while others fire'),
  time_intervals: z
    .array(timeIntervalsSchema)
    .max(100, 'more than 100 intervals')
    .default([])
    .describe('times that routes refer to by name'),
};

const routing = z.object(routingShape);
export type RoutingConfig = z.infer<typeof routing>;

export function routingOptions({ route, inhibit_rules, time_intervals }: RoutingConfig): RoutingOptions {
  return { route, inhibit_rules, time_intervals };
}

/** Whatever was read; parts of it may be wrong, and of another kind. */
type Part = Readonly<Record<string, unknown>> | undefined;

/** Holds the names in routes against what they name. To be asked even if parts are wrong, so that all is told at once. */
export function checkNames(alerts: object, context: z.core.$RefinementCtx): void {
  const { receivers, rules, route, time_intervals: intervals } = alerts as Record<string, unknown>;
  const named = { receivers: namesOf(receivers), intervals: namesOf(intervals) };
  const tell = (path: Path, message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message });
  for (const [i, name] of named.intervals.entries())
    if (named.intervals.indexOf(name) < i)
      tell(['time_intervals', i, 'name'], 'another time interval has this name');
  for (const [i, rule] of list(rules).entries()) {
    const name = part(rule)?.['receiver'];
    if (typeof name === 'string' && !named.receivers.includes(name))
      tell(['rules', i, 'receiver'], noSuch('receiver', name, named.receivers, noReceivers));
  }
  if (part(route) === undefined) return;
  checkRoot(part(route)!, tell);
  visit(part(route)!, ['route'], (here, path) => {
    const { receiver } = here;
    if (typeof receiver === 'string' && receiver !== '' && !named.receivers.includes(receiver))
      tell([...path, 'receiver'], noSuch('receiver', receiver, named.receivers, noReceivers));
    for (const key of ['mute_time_intervals', 'active_time_intervals'])
      for (const [i, name] of list(here[key]).entries())
        if (typeof name === 'string' && !named.intervals.includes(name))
          tell(
            [...path, key, i],
            noSuch('time interval', name, named.intervals, 'alerts.time_intervals has none'),
          );
  });
}

const noReceivers =
  'none is configured, neither in alerts.receivers nor by SLACK_BOT_TOKEN and SLACK_CHANNEL, or SLACK_WEBHOOK_URL';

/** The first route takes what no other does, so that nothing gets lost. */
function checkRoot(root: NonNullable<Part>, tell: (path: Path, message: string) => void): void {
  if (root['receiver'] === undefined)
    tell(['route'], 'the first route needs a receiver: it takes every alert that no route below it takes');
  const only = 'the first route takes every alert, at all times: write it in a route below it (routes)';
  // What has been read of matchers stands together, wherever it was written.
  for (const matcher of list(root['matchers'])) tell(['route', ...pathOf(matcher)], only);
  for (const key of ['mute_time_intervals', 'active_time_intervals'])
    if (list(root[key]).length > 0) tell(['route', key], only);
  if (root['continue'] === true) tell(['route', 'continue'], 'there is no route beside the first one');
}

function pathOf(matcher: unknown): Path {
  const { path } = part(matcher) ?? {};
  return Array.isArray(path) ? (path as Path) : ['matchers'];
}

function visit(
  route: NonNullable<Part>,
  path: Path,
  look: (route: NonNullable<Part>, path: Path) => void,
): void {
  look(route, path);
  for (const [i, below] of list(route['routes']).entries())
    if (part(below) !== undefined) visit(part(below)!, [...path, 'routes', i], look);
}

function namesOf(items: unknown): string[] {
  return list(items).map((item) => {
    const name = part(item)?.['name'];
    return typeof name === 'string' ? name : '';
  });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function part(value: unknown): Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : undefined;
}
