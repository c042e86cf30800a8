import { issueRules } from '../../alerting/config.ts';
import { errorOptions } from '../../errors/config.ts';
import type { ErrorPolicy } from '../../errors/policy.ts';
import { noiseOptions } from '../../noise/config.ts';
import type { Noise } from '../../noise/noise.ts';
import { linksOf } from '../../notify/config.ts';
import type { Links } from '../../notify/links.ts';
import type { Events } from '../../telemetry/events.ts';
import type { AlertingLoop } from '../composition/alerting-loop.ts';
import type { Configuration } from './options.ts';

/** Parts that can be given another configuration while they run. */
export interface PolicyParts {
  noise: Noise;
  policy: ErrorPolicy;
  alerting: Pick<AlertingLoop, 'configure'>;
  links: Links;
  events: Events;
}

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
    'alerts.rules': ({ alerting }, configuration) =>
      alerting.configure(issueRules(configuration.alerts.rules)),
    links: ({ links }, configuration) => links.configure(linksOf(configuration.links)),
  };

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
