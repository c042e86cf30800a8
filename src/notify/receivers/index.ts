import { Secret } from '../../config/secret.ts';
import type { ReceiverConfig } from '../config.ts';
import type { Receiver } from '../receiver.ts';
import { SlackReceiver } from './slack.ts';
import { SlackWebhookReceiver } from './slack-webhook.ts';

const timeoutMillis = 10_000;

/** The receivers that can be configured, each by the key under which it is. */
export function createReceiver({ name, slack }: ReceiverConfig): Receiver {
  if (slack.webhook_url !== undefined)
    return new SlackWebhookReceiver({ name, url: slack.webhook_url, timeoutMillis });
  const { token = new Secret(''), channel = '', api_url: apiUrl } = slack;
  return new SlackReceiver({ name, token, channel, apiUrl, timeoutMillis });
}
