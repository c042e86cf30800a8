import type { WebClient } from '@slack/web-api';
import type { Proxies } from '../../config/proxies.ts';
import type { Secret } from '../../config/secret.ts';
import type { Message } from '../message.ts';
import { newsLines } from '../news.ts';
import type { Obstacle, Outcome, Receiver, Reference } from '../receiver.ts';
import { slackBlocks, slackText } from './slack-blocks.ts';
import { connectToSlack } from './slack-connect.ts';
import { slackFailure } from './slack-errors.ts';

export interface SlackOptions {
  name: string;
  token: Secret;
  /** `#alerts`, or a channel's id. */
  channel: string;
  /** Root of the Web API, ending with a slash. */
  apiUrl: string;
  timeoutMillis: number;
  /** Through which it is reached. */
  proxies?: Proxies;
  /** Whether messages have buttons: only if somebody hears of what is pressed. */
  buttons?: boolean;
}

/** Slack through a bot token: one message an incident, edited in place. */
export class SlackReceiver implements Receiver {
  readonly name: string;
  readonly description: string;
  readonly canEdit = true;
  readonly hasThreads = true;
  private readonly options: SlackOptions;
  /** Not even a debugger's print of a receiver shows it: it keeps the token. */
  #client: Promise<WebClient> | undefined;
  private cancel: AbortSignal | undefined;

  constructor(options: SlackOptions) {
    this.name = options.name;
    this.description = `Slack ${options.channel}`;
    this.options = options;
  }

  async notify(message: Message, shown: Reference | undefined, signal: AbortSignal): Promise<Outcome> {
    const { to = this.options.channel } = shown ?? {};
    // People look into the channel that is configured now.
    if (to !== this.options.channel && message.news.some(({ isLoud }) => isLoud))
      return { kind: 'gone', reason: `it was shown in ${to}` };
    const attempt = (laidOut: boolean): Promise<Outcome> =>
      this.attempt(signal, shown !== undefined, (client) => this.send(client, message, shown, laidOut));
    const outcome = await attempt(true);
    // A layout that Slack does not take must not keep people from being told: the text says the most of it.
    const last = outcome.kind === 'rejected' ? await attempt(false) : outcome;
    if (last.kind !== 'delivered' || shown === undefined || message.news.length === 0) return last;
    return this.tellNews(message, last, signal);
  }

  /** @param edited the edit, which was taken. @returns what came of both */
  private async tellNews(message: Message, edited: Outcome, signal: AbortSignal): Promise<Outcome> {
    const tell = (inThread: boolean): Promise<Outcome> =>
      this.attempt(signal, false, async (client) => {
        await this.reply(client, message, (edited as { reference: Reference }).reference, inThread);
        return undefined;
      });
    const isPassing = ({ kind }: Outcome): boolean => kind === 'throttled' || kind === 'failed';
    const inThread = await tell(true);
    if (inThread.kind === 'delivered') return edited;
    if (isPassing(inThread)) return inThread;
    // There are channels without threads, and threads that were closed.
    if (!message.news.some(({ isLoud }) => isLoud)) return edited;
    const inChannel = await tell(false);
    return isPassing(inChannel) ? inChannel : edited;
  }

  async verify(signal: AbortSignal): Promise<Obstacle | undefined> {
    const outcome = await this.attempt(signal, false, async (client) => {
      await client.auth.test();
      return undefined;
    });
    if (outcome.kind === 'delivered') return undefined;
    return outcome.kind === 'gone' || outcome.kind === 'rejected'
      ? { kind: 'failed', reason: outcome.reason }
      : outcome;
  }

  private async send(
    client: WebClient,
    message: Message,
    shown: Reference | undefined,
    laidOut: boolean,
  ): Promise<Reference> {
    const content = {
      text: slackText(message.summary),
      blocks: laidOut ? slackBlocks(message, [], this.options.buttons) : [],
      parse: 'none',
      link_names: false,
    } as const;
    const { channel, ts } = shown ?? {};
    if (channel !== undefined && ts !== undefined) {
      await client.chat.update({ channel, ts, ...content });
      return { ...shown, channel, ts };
    }
    const options = {
      channel: this.options.channel,
      unfurl_links: false,
      unfurl_media: false,
      mrkdwn: false,
    };
    const answer = await client.chat.postMessage({ ...options, ...content });
    // Later calls need the channel's id: chat.update does not know channels by name.
    return { channel: answer.channel ?? '', ts: answer.ts ?? '', to: this.options.channel };
  }

  /** People are not told that a message was edited: what is news goes into its thread, and if they are to hear of it, into the channel. */
  private async reply(
    client: WebClient,
    message: Message,
    { channel = '', ts = '' }: Reference,
    inThread: boolean,
  ): Promise<void> {
    const isLoud = message.news.some((each) => each.isLoud);
    const options = {
      channel,
      text: slackText(newsLines(message).join('\n')),
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
      mrkdwn: false,
    } as const;
    if (!inThread) await client.chat.postMessage(options);
    else if (isLoud) await client.chat.postMessage({ ...options, thread_ts: ts, reply_broadcast: true });
    else await client.chat.postMessage({ ...options, thread_ts: ts });
  }

  private async attempt(
    signal: AbortSignal,
    isEdit: boolean,
    call: (client: WebClient) => Promise<Reference | undefined>,
  ): Promise<Outcome> {
    const { token, apiUrl, timeoutMillis, proxies } = this.options;
    const reached = { token, apiUrl, timeoutMillis, proxies };
    this.#client ??= connectToSlack(reached, () => this.cancel);
    this.cancel = signal;
    try {
      return { kind: 'delivered', reference: await call(await this.#client) };
    } catch (error) {
      return slackFailure(error, isEdit);
    }
  }
}
