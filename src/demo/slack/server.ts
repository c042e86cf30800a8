import { once } from 'node:events';
import { createServer } from 'node:http';
import { systemClock } from '../../runtime/clock.ts';
import type { ChannelOptions } from './channel.ts';
import { type Fault, FaultPlan } from './faults.ts';
import {
  type Keep,
  keepByDefault,
  type RecordedCall,
  type RecordedEphemeral,
  type RecordedMessage,
  type RecordedPress,
} from './history.ts';
import { type Press, press, type RequestsOfPresses, slackPatienceMillis } from './press.ts';
import { type RateLimits, slackRateLimits } from './rate-limiter.ts';
import { RequestHandler } from './request-handler.ts';
import type { SocketMode } from './socket-mode.ts';
import type { WebhookOptions } from './webhook.ts';
import { Workspace } from './workspace.ts';

export interface SlackStandInOptions {
  host?: string;
  /** 0 = any that is free. */
  port?: number;
  tokens?: readonly string[];
  /** Of the app itself, for Socket Mode. */
  appTokens?: readonly string[];
  /** Where what is pressed is sent while there is no connection of Socket Mode. */
  requestsOfPresses?: RequestsOfPresses;
  /** For how long an app may take to say that it heard of a press. */
  patienceMillis?: number;
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
  /** Can be set when it is known where they are taken. */
  requestsOfPresses: RequestsOfPresses | undefined;
  readonly #workspace: Workspace;
  readonly #faults = new FaultPlan();
  readonly #handler: RequestHandler;
  readonly #server = createServer((request, response) => this.#handler.handle(request, response));

  constructor(options: SlackStandInOptions = {}) {
    this.#options = options;
    this.requestsOfPresses = options.requestsOfPresses;
    this.#workspace = new Workspace({
      tokens: options.tokens ?? ['xoxb-stand-in'],
      appTokens: options.appTokens ?? [],
      channels: options.channels ?? [{ name: 'alerts' }],
      rateLimits: options.rateLimits ?? slackRateLimits,
      keep: { ...keepByDefault, ...options.keep },
      now: options.now ?? (() => systemClock.now()),
      onChange: options.onChange ?? (() => undefined),
    });
    this.#handler = new RequestHandler(this.#workspace, this.#faults, options.webhook, (wanted) =>
      this.press(wanted),
    );
    this.#server.on('upgrade', (request, socket, head: Buffer) =>
      this.sockets.upgrade(request, socket, head),
    );
  }

  get sockets(): SocketMode {
    return this.#workspace.sockets;
  }

  get ephemerals(): readonly RecordedEphemeral[] {
    return this.#workspace.history.ephemerals;
  }

  /** Presses a button, and waits for what comes of it. Undefined if there is no such button. */
  press(wanted: Press): Promise<RecordedPress | undefined> {
    const { patienceMillis = slackPatienceMillis } = this.#options;
    const ways = { sockets: this.sockets, requests: this.requestsOfPresses, patienceMillis };
    return press(this.#workspace, ways, wanted);
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

  /** Where it is, while it runs. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening on a port');
    return `http://${this.#options.host ?? '127.0.0.1'}:${address.port}`;
  }

  /** Fails if the port is taken. The URL has no slash at its end. */
  async start(): Promise<{ url: string }> {
    const { host = '127.0.0.1', port = 0 } = this.#options;
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    return { url: this.url };
  }

  /** Closes every connection, also those that wait for an answer. Safe twice, and without a start. */
  async stop(): Promise<void> {
    this.#handler.stop();
    this.sockets.drop();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
