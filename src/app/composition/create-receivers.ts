import type { Environment } from '../../config/environment.ts';
import { readProxies } from '../../config/proxies.ts';
import type { Receiver } from '../../notify/receiver.ts';
import { createReceiver, createSlackApps } from '../../notify/receivers/index.ts';
import type { SlackApp } from '../../notify/receivers/slack-app.ts';
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

/** Not connected to by those who only tell something once. */
export function slackAppsFor({ alerts }: Configuration, environment: Environment): SlackApp[] {
  const { proxies } = readProxies(environment);
  return createSlackApps(alerts.receivers, { proxies });
}
