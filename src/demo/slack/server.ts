import { once } from 'node:events';
import { createServer } from 'node:http';
import { systemClock } from '../../runtime/clock.ts';
import type { ChannelOptions } from './channel.ts';
import { type Fault, FaultPlan } from './faults.ts';
import { type Keep, keepByDefault, type RecordedCall, type RecordedMessage } from './history.ts';
import { type RateLimits, slackRateLimits } from './rate-limiter.ts';
import { RequestHandler } from './request-handler.ts';
import type { WebhookOptions } from './webhook.ts';
import { Workspace } from './workspace.ts';

export interface SlackStandInOptions {
  host?: string;
  /** 0 = any that is free. */
  port?: number;
  tokens?: readonly string[];
  channels?: readonly ChannelOptions[];
  webhook?: WebhookOptions;
  rateLimits?: RateLimits | 'off';
  keep?: Partial<Keep>;
  /** Milliseconds since the Unix epoch; for timestamps and rate limits. */
  now?: () => number;
  /** Told of each message that was posted, edited or deleted. */
  onChange?: (message: RecordedMessage) => void;
}

/**
 * An HTTP server that behaves as Slack does to a client that posts: Web API below `/api/`, incoming webhooks below
 * `/services/`. It is as strict as Slack, or stricter where Slack does not say, and fails on request.
 */
export class SlackStandIn {
  readonly #options: SlackStandInOptions;
  readonly #workspace: Workspace;
  readonly #faults = new FaultPlan();
  readonly #handler: RequestHandler;
  readonly #server = createServer((request, response) => this.#handler.handle(request, response));

  constructor(options: SlackStandInOptions = {}) {
    this.#options = options;
    this.#workspace = new Workspace({
      tokens: options.tokens ?? ['xoxb-stand-in'],
      channels: options.channels ?? [{ name: 'alerts' }],
      rateLimits: options.rateLimits ?? slackRateLimits,
      keep: { ...keepByDefault, ...options.keep },
      now: options.now ?? (() => systemClock.now()),
      onChange: options.onChange ?? (() => undefined),
    });
    this.#handler = new RequestHandler(this.#workspace, this.#faults, options.webhook);
  }

  get messages(): readonly RecordedMessage[] {
    return this.#workspace.history.messages;
  }

  get calls(): readonly RecordedCall[] {
    return this.#workspace.history.calls;
  }

  /** How many of the messages and calls are no longer kept. */
  get forgotten(): { messages: number; calls: number } {
    const { messagesForgotten, callsForgotten } = this.#workspace.history;
    return { messages: messagesForgotten, calls: callsForgotten };
  }

  fail(fault: Fault): void {
    this.#faults.add(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** False if there is no such message. */
  deleteMessage(channelIdOrName: string, ts: string): boolean {
    return this.#workspace.delete(channelIdOrName, ts);
  }

  /** Fails if the port is taken. The URL has no slash at its end. */
  async start(): Promise<{ url: string }> {
    const { host = '127.0.0.1', port = 0 } = this.#options;
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening on a port');
    return { url: `http://${host}:${address.port}` };
  }

  /** Closes every connection, also those that wait for an answer. Safe twice, and without a start. */
  async stop(): Promise<void> {
    this.#handler.stop();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
