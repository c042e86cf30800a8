import type { Advice } from '../config/problem.ts';
import type { RoutingConfig } from './config.ts';
import type { InhibitConfig } from './routing/inhibit-config.ts';
import { LabelBook } from './routing/label-book.ts';
import type { RulesConfig } from './rules-config.ts';
import type { RouteConfig } from './routing/route-config.ts';
import { matcherAdvice, routeAdvice, unknownLabel } from './routing/route-advice.ts';
import { timeAdvice } from './routing/time-advice.ts';

interface NamedReceiver {
  name: string;
  /** Empty: none. */
  fallback: string;
}

/** What is likely not meant so in `alerts`, or can only be carried over from Alertmanager in part. */
export function alertsAdvice({
  receivers,
  rules,
  route,
  inhibit_rules,
  time_intervals,
}: RoutingConfig & { receivers: readonly NamedReceiver[]; rules: RulesConfig }): Advice[] {
  const labels = new LabelBook(rules);
  return [
    ...(route === undefined
      ? []
      : [...routeAdvice(route, ['alerts', 'route'], labels), ...unused(receivers, route, rules)]),
    ...inhibit_rules.flatMap((rule, i) => inhibitAdvice(rule, i, labels)),
    ...timeAdvice(time_intervals, ['alerts', 'time_intervals']),
  ];
}

function unused(receivers: readonly NamedReceiver[], route: RouteConfig, rules: RulesConfig): Advice[] {
  const byFallback = receivers.map(({ fallback }) => fallback);
  const byRule = rules.map(({ receiver }) => receiver);
  const used = new Set<string | undefined>([...receiversOf(route), ...byFallback, ...byRule]);
  return receivers.flatMap(({ name }, i): Advice[] =>
    used.has(name)
      ? []
      : [
          {
            path: ['alerts', 'receivers', i, 'name'],
            message: 'no route leads to this receiver',
          },
        ],
  );
}

function receiversOf({ receiver, routes }: RouteConfig): string[] {
  return [...(receiver === undefined ? [] : [receiver]), ...routes.flatMap(receiversOf)];
}

function inhibitAdvice({ source, target, equal }: InhibitConfig, i: number, labels: LabelBook): Advice[] {
  const path = ['alerts', 'inhibit_rules', i];
  const advice = [...matcherAdvice(source, path, labels), ...matcherAdvice(target, path, labels)];
  for (const [j, name] of equal.entries())
    if (!labels.isKnown(name))
      advice.push({ path: [...path, 'equal', j], message: unknownLabel(name, labels) });
  if (advice.length > 0) return advice;
  const label = labels.impossibleLabel(source) ?? labels.impossibleLabel(target);
  return label === undefined
    ? []
    : [{ path, message: `no alert can match it: its matchers on ${label} contradict` }];
}
