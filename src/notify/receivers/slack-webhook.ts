import type { Secret } from '../../config/secret.ts';
import type { Message } from '../message.ts';
import type { Outcome, Receiver, Reference } from '../receiver.ts';
import { slackBlocks, slackText } from './slack-blocks.ts';
import { defaultRetryAfterMillis, slackOutcome } from './slack-errors.ts';

export interface SlackWebhookOptions {
  name: string;
  url: Secret;
  timeoutMillis: number;
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

  constructor(options: SlackWebhookOptions) {
    this.name = options.name;
    this.options = options;
  }

  async notify(message: Message, _shown: Reference | undefined, signal: AbortSignal): Promise<Outcome> {
    const outcome = await this.post(
      { text: slackText(message.summary), blocks: slackBlocks(message) },
      signal,
    );
    return outcome.kind === 'rejected' ? this.post({ text: slackText(message.summary) }, signal) : outcome;
  }

  /** There is no way to ask a webhook without posting. */
  verify(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private async post(payload: object, signal: AbortSignal): Promise<Outcome> {
    try {
      const response = await fetch(this.options.url.reveal(), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(payload),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.options.timeoutMillis)]),
      });
      const answer = (await response.text()).slice(0, 100).trim();
      return outcomeOf(response, answer);
    } catch (error) {
      // Neither the error's text nor its cause is shown: both may hold the URL, and the URL is the secret.
      const name = error instanceof Error ? error.name : 'unknown error';
      return { kind: 'failed', reason: `Slack could not be reached: ${name}` };
    }
  }
}

function outcomeOf(response: Response, answer: string): Outcome {
  if (response.ok) return { kind: 'delivered', reference: undefined };
  if (response.status === 429) {
    const seconds = Number(response.headers.get('retry-after'));
    return { kind: 'throttled', retryAfterMillis: seconds > 0 ? seconds * 1000 : defaultRetryAfterMillis };
  }
  if (response.status >= 500) return { kind: 'failed', reason: `Slack answered HTTP ${response.status}` };
  return slackOutcome(/^[a-z_]+$/.test(answer) ? answer : `HTTP ${response.status}`);
}
