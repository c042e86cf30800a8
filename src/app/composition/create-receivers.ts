import type { Environment } from '../../config/environment.ts';
import { readProxies } from '../../config/proxies.ts';
import type { Receiver } from '../../notify/receiver.ts';
import { createReceiver } from '../../notify/receivers/index.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Configuration } from '../configuration/options.ts';

/** Those that are configured, reached as the environment says. */
export function createReceivers(
  { alerts }: Configuration,
  environment: Environment,
  clock: Clock,
): Receiver[] {
  const { proxies } = readProxies(environment);
  return alerts.receivers.map((config) => createReceiver(config, { clock, proxies }));
}
