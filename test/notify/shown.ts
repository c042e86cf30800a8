import { noProxies } from '../../src/config/proxies.ts';
import { Secret } from '../../src/config/secret.ts';
import { SlackStandIn } from '../../src/demo/slack/server.ts';
import { HttpSender } from '../../src/notify/http/http-sender.ts';
import type { Message } from '../../src/notify/message.ts';
import type { Receiver, Reference } from '../../src/notify/receiver.ts';
import { AlertmanagerReceiver } from '../../src/notify/receivers/alertmanager.ts';
import { EmailReceiver } from '../../src/notify/receivers/email.ts';
import { SlackReceiver } from '../../src/notify/receivers/slack.ts';
import { TelegramReceiver } from '../../src/notify/receivers/telegram.ts';
import { WebhookReceiver } from '../../src/notify/receivers/webhook.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { type ParsedMail, parseMail } from '../support/mail-parts.ts';
import { SmtpServer } from '../support/smtp-server.ts';
import { TestClock } from '../support/test-clock.ts';
import { type Kind, now } from './kinds.ts';
import { AlertmanagerStandIn, type Posted } from './receivers/alertmanager-stand-in.ts';
import { TelegramStandIn, type TelegramMessage } from './receivers/telegram-stand-in.ts';
import { type Payload, WebhookStandIn } from './receivers/webhook-stand-in.ts';

/*
 * What each service holds after it was told a message, by the real receiver and a stand-in that takes nothing that the service would not
 * take.
 */

export interface SlackShown {
  /** What a notification says. */
  text: string;
  blocks: readonly unknown[];
  /** In its thread; those that are broadcast are seen and heard in the channel. */
  replies: { text: string; isBroadcast: boolean }[];
}

export type TelegramShown = Pick<TelegramMessage, 'text' | 'entities'> & {
  replies: Pick<TelegramMessage, 'text' | 'entities' | 'isHeard'>[];
};

/** Undefined: no mail is sent of it. */
export type EmailShown = ParsedMail | undefined;

export interface Shown {
  slack: SlackShown;
  telegram: TelegramShown;
  email: EmailShown;
  webhook: Payload;
  alertmanager: readonly Posted[];
}
export type ReceiverName = keyof Shown;

const http = new HttpSender({ clock: systemClock, proxies: noProxies, timeoutMillis: 30_000 });
const { signal } = new AbortController();
const secret = 'sixteen-letters!';

export function shownBy<R extends ReceiverName>(receiver: R, kind: Kind): Promise<Shown[R]> {
  return services[receiver](kind);
}

const services: { [R in ReceiverName]: (kind: Kind) => Promise<Shown[R]> } = {
  slack: async (kind) => {
    const standIn = new SlackStandIn({ tokens: ['x'], rateLimits: 'off', now: () => now });
    const { url } = await standIn.start();
    const options = { name: 'slack', channel: '#alerts', apiUrl: `${url}/api/`, timeoutMillis: 30_000 };
    await tell(new SlackReceiver({ ...options, token: new Secret('x') }), kind);
    await standIn.stop();
    const [first, ...replies] = standIn.messages;
    return {
      text: first!.text,
      blocks: first!.blocks,
      replies: replies.map(({ text, reply_broadcast: isBroadcast }) => ({ text, isBroadcast })),
    };
  },
  telegram: async (kind) => {
    const standIn = new TelegramStandIn('1:x');
    const at = await standIn.start();
    const options = { name: 'telegram', chatId: '@alerts', threadId: undefined, apiUrl: `${at.url}/` };
    await tell(new TelegramReceiver({ ...options, token: new Secret('1:x') }, http), kind);
    await at.stop();
    const [first, ...replies] = standIn.messages;
    const { text, entities } = first!;
    return {
      text,
      entities,
      replies: replies.map((reply) => ({
        text: reply.text,
        entities: reply.entities,
        isHeard: reply.isHeard,
      })),
    };
  },
  email: async (kind) => {
    const { before, message } = kind;
    // As the dispatcher does where nothing can be edited: what is no news is told to nobody.
    const isState = message.incident?.stateRevision === message.incident?.revision;
    if (before !== undefined && !isState) return undefined;
    const server = new SmtpServer();
    const login = { encryption: 'none' as const, username: undefined, password: undefined };
    const at = { host: '127.0.0.1', port: await server.start(), tls: { ca: '', cert: '', key: '' } };
    const who = { from: 'tocsin@example.com', to: ['dev@example.com'] };
    const options = { name: 'email', server: { ...at, ...login }, ...who, timeoutMillis: 30_000 };
    await tell(new EmailReceiver(options, new TestClock(now)), kind);
    await server.stop();
    return parseMail(server.mails.at(-1)!.raw);
  },
  webhook: async (kind) => {
    const standIn = new WebhookStandIn(secret);
    const at = await standIn.start();
    const options = { name: 'webhook', url: new Secret(at.url), headers: {}, updates: true };
    const receiver = new WebhookReceiver({ ...options, secret: new Secret(secret) }, http, systemClock);
    await tell(receiver, kind);
    await at.stop();
    return standIn.last;
  },
  alertmanager: async (kind) => {
    const standIn = new AlertmanagerStandIn();
    const at = await standIn.start();
    const options = { name: 'alertmanager', urls: [`${at.url}/`], labels: {}, headers: {} };
    const times = { resolveMillis: 3_600_000, sendResolved: true };
    const receiver = new AlertmanagerReceiver({ ...options, ...times }, http, new TestClock(now));
    await tell(receiver, kind);
    receiver.close();
    await at.stop();
    return standIn.posts.at(-1)!;
  },
};
export const receiverNames = Object.keys(services) as ReceiverName[];

/** Shows what is shown before, and then the message in its place. */
async function tell(receiver: Receiver, { before, message }: Kind): Promise<void> {
  const shown = before && (await delivered(receiver, before, undefined));
  await delivered(receiver, message, shown);
}

async function delivered(
  receiver: Receiver,
  message: Message,
  shown: Reference | undefined,
): Promise<Reference | undefined> {
  const outcome = await receiver.notify(message, shown, signal);
  if (outcome.kind !== 'delivered') throw new Error(`${receiver.name}: ${JSON.stringify(outcome)}`);
  return outcome.reference;
}
