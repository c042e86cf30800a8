import type { Secret } from '../../config/secret.ts';
import { httpOutcome, unreached } from '../http/http-outcome.ts';
import type { HttpSender } from '../http/http-sender.ts';
import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Message } from '../message.ts';
import type { Outcome, Receiver, Reference } from '../receiver.ts';
import { slackBlocks, slackText } from './slack-blocks.ts';
import { slackOutcome } from './slack-errors.ts';

export interface SlackWebhookOptions {
  name: string;
  url: Secret;
}

/**
 * Slack through an incoming webhook. It answers no more than `ok`, so nothing it posted can be edited: people are told
 * when an incident begins and when it ends. (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks)
 */
export class SlackWebhookReceiver implements Receiver {
  readonly name: string;
  readonly description = 'Slack webhook';
  readonly canEdit = false;
  private readonly options: SlackWebhookOptions;
  private readonly http: HttpSender;

  constructor(options: SlackWebhookOptions, http: HttpSender) {
    this.name = options.name;
    this.options = options;
    this.http = http;
  }

  async notify(message: Message, _shown: Reference | undefined, signal: AbortSignal): Promise<Outcome> {
    const news = message.state === 'firing' ? message.news : [];
    const outcome = await this.post(
      { text: slackText(message.summary), blocks: slackBlocks(message, news) },
      signal,
    );
    return outcome.kind === 'rejected' ? this.post({ text: slackText(message.summary) }, signal) : outcome;
  }

  /** There is no way to ask a webhook without posting. */
  verify(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private async post(payload: object, signal: AbortSignal): Promise<Outcome> {
    const url = this.options.url.reveal();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(payload);
    return outcomeOf(await this.http.send({ method: 'POST', url, headers, body }, signal));
  }
}

/** Slack says what is wrong in one word as text; anything else is that of something in between. */
function outcomeOf(answer: HttpAnswer): Outcome {
  if (answer.kind === 'unreached') return unreached('Slack', answer);
  const said = answer.body.trim();
  const { status } = answer;
  const isWord = status !== 429 && status >= 400 && status < 500 && /^[a-z_]{1,100}$/.test(said);
  if (isWord) return slackOutcome(said);
  return httpOutcome('Slack', answer) ?? { kind: 'delivered', reference: undefined };
}
