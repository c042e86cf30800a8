import type { Proxies } from '../../config/proxies.ts';
import { Secret } from '../../config/secret.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ReceiverConfig } from '../config.ts';
import { HttpSender } from '../http/http-sender.ts';
import type { Receiver } from '../receiver.ts';
import { SlackReceiver } from './slack.ts';
import { SlackWebhookReceiver } from './slack-webhook.ts';

const timeoutMillis = 10_000;

export interface ReceiverDependencies {
  clock: Clock;
  proxies: Proxies;
}

/** The receivers that can be configured, each by the key under which it is. */
export function createReceiver(
  { name, slack }: ReceiverConfig,
  { clock, proxies }: ReceiverDependencies,
): Receiver {
  const http = new HttpSender({ clock, proxies, timeoutMillis });
  if (slack.webhook_url !== undefined)
    return new SlackWebhookReceiver({ name, url: slack.webhook_url }, http);
  const { token = new Secret(''), channel = '', api_url: apiUrl } = slack;
  return new SlackReceiver({ name, token, channel, apiUrl, timeoutMillis, proxies });
}
