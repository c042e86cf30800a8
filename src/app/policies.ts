import type { Noise } from '../noise/noise.ts';
import type { Configuration } from './options.ts';

/** Parts that can be given another configuration while they run. */
export interface PolicyParts {
  noise: Noise;
}

/**
 * The keys whose changes take effect while Tocsin runs, and how; any other key needs a restart. The documentation, the reload and
 * what it says of itself all read this table. A function here must not fail: what it is given has been checked.
 */
export const policies: Readonly<Record<string, (parts: PolicyParts, configuration: Configuration) => void>> =
  {
    noise: ({ noise }, configuration) => noise.configure(noiseOptions(configuration)),
  };

export function noiseOptions({ noise }: Configuration) {
  return { healthChecks: noise.health_checks };
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
