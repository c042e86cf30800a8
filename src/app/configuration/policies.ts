import { type RoutingConfig, routingOptions } from '../../alerting/config.ts';
import type { RoutingOptions } from '../../alerting/routing/routing.ts';
import { rulesOf } from '../../alerting/rules-config.ts';
import { errorOptions } from '../../errors/config.ts';
import type { ErrorPolicy } from '../../errors/policy.ts';
import { noiseOptions } from '../../noise/config.ts';
import type { Noise } from '../../noise/noise.ts';
import { linksOf } from '../../notify/config.ts';
import type { Links } from '../../notify/links.ts';
import type { Sampler } from '../../pipeline/sampling/sampler.ts';
import type { Events } from '../../telemetry/events.ts';
import type { AlertingLoop } from '../composition/alerting-loop.ts';
import type { DryRun } from '../composition/dry-run.ts';
import type { Configuration } from './options.ts';

/** Parts that can be given another configuration while they run. */
export interface PolicyParts {
  noise: Noise;
  sampler: Pick<Sampler, 'configure'>;
  policy: ErrorPolicy;
  alerting: Pick<AlertingLoop, 'configure'> & { route(routing: RoutingOptions): void };
  links: Links;
  events: Events;
  dryRun: Pick<DryRun, 'configure'>;
}

const route = ({ alerting }: PolicyParts, { alerts }: { alerts: RoutingConfig }): void =>
  alerting.route(routingOptions(alerts));

/**
 * The keys whose changes take effect while Tocsin runs, and how; any other key needs a restart. The documentation, the reload and
 * what it says of itself all read this table. A function here must not fail: what it is given has been checked.
 */
export const policies: Readonly<Record<string, (parts: PolicyParts, configuration: Configuration) => void>> =
  {
    noise: ({ noise, events }, configuration) => {
      noise.configure(noiseOptions(configuration.noise));
      for (const rule of noise.names) events.noiseRuleKnown(rule);
    },
    errors: ({ policy }, configuration) => policy.configure(errorOptions(configuration.errors)),
    'alerts.rules': ({ alerting }, configuration) => alerting.configure(rulesOf(configuration.alerts.rules)),
    'alerts.dry_run': ({ dryRun }, configuration) => dryRun.configure(configuration.alerts.dry_run),
    // Three keys of one thing.
    'alerts.route': route,
    'alerts.inhibit_rules': route,
    'alerts.time_intervals': route,
    'forward.sampling': ({ sampler }, configuration) => sampler.configure(configuration.forward.sampling),
    links: ({ links }, configuration) => links.configure(linksOf(configuration.links)),
  };

/**
 * Routes name receivers, and those begin with a restart: until then what is new would lead nowhere.
 * @param changed keys that are not as they were at the start
 * @returns whether the key of a policy waits for the restart as well
 */
export function waitFor(changed: readonly string[]): (path: string) => boolean {
  const waits = changed.includes('alerts.receivers');
  return (path) => waits && path.startsWith('alerts.');
}

/** @param path a key's path, with or without indexes, such as `alerts.receivers[].name` */
export function reloads(path: string): boolean {
  return Object.keys(policies).some(
    (policy) => path === policy || path.startsWith(`${policy}.`) || path.startsWith(`${policy}[`),
  );
}

/** For the documentation. */
export function takesEffect(path: string): string {
  return reloads(path) ? 'reload' : 'restart';
}
