import type { Proxies } from '../../config/proxies.ts';
import { Secret } from '../../config/secret.ts';
import type { TlsFiles } from '../../config/tls.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ReceiverConfig } from '../config.ts';
import { HttpSender } from '../http/http-sender.ts';
import type { Receiver } from '../receiver.ts';
import { AlertmanagerReceiver } from './alertmanager.ts';
import { EmailReceiver } from './email.ts';
import { SlackReceiver } from './slack.ts';
import { type SlackApp, slackAppsOf } from './slack-app.ts';
import { hasButtons } from './slack-config.ts';
import { SlackWebhookReceiver } from './slack-webhook.ts';
import { TelegramReceiver } from './telegram.ts';
import { WebhookReceiver } from './webhook.ts';

const timeoutMillis = 10_000;
/** A server may look into a mail before it takes it. */
const emailTimeoutMillis = 30_000;

/** The apps of Slack by which people answer what these receivers show. */
export function createSlackApps(
  configs: readonly ReceiverConfig[],
  { proxies }: Pick<ReceiverDependencies, 'proxies'>,
): SlackApp[] {
  return slackAppsOf(configs, { proxies, timeoutMillis });
}

export interface ReceiverDependencies {
  clock: Clock;
  proxies: Proxies;
}

/** The receivers that can be configured, each by the key under which it is. */
export function createReceiver(config: ReceiverConfig, { clock, proxies }: ReceiverDependencies): Receiver {
  const { name, slack, alertmanager, email, telegram, webhook } = config;
  const http = (tls?: TlsFiles): HttpSender =>
    new HttpSender({ clock, proxies, timeoutMillis, ...(tls && { tls }) });
  if (slack?.webhook_url !== undefined)
    return new SlackWebhookReceiver({ name, url: slack.webhook_url }, http());
  if (slack !== undefined) {
    const { token = new Secret(''), channel = '', api_url: apiUrl } = slack;
    const buttons = hasButtons(slack);
    return new SlackReceiver({ name, token, channel, apiUrl, timeoutMillis, proxies, buttons });
  }
  if (alertmanager !== undefined) {
    const { urls, labels, headers, resolve_timeout, send_resolved, tls } = alertmanager;
    const options = {
      name,
      urls,
      labels,
      headers,
      resolveMillis: resolve_timeout,
      sendResolved: send_resolved,
    };
    return new AlertmanagerReceiver(options, http(tls), clock);
  }
  if (email !== undefined) {
    const { from, to, host, port, encryption, username, password, tls } = email;
    const server = { host, port, encryption, username, password, tls };
    return new EmailReceiver({ name, server, from, to, timeoutMillis: emailTimeoutMillis }, clock);
  }
  if (telegram !== undefined) {
    const { token, chat_id: chatId, message_thread_id: threadId, api_url: apiUrl } = telegram;
    return new TelegramReceiver({ name, token, chatId, threadId, apiUrl }, http());
  }
  if (webhook !== undefined) {
    const { url, secret, headers, updates, tls } = webhook;
    return new WebhookReceiver({ name, url, secret, headers, updates }, http(tls), clock);
  }
  throw new Error(`the receiver ${name} is of no kind: its schema lets none pass that is not`);
}
