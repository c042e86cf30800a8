import { isObject } from './block-kit/rules.ts';
import { type Bot, Bots } from './bot.ts';
import { type Channel, type ChannelOptions, Channels } from './channel.ts';
import type { Content } from './content.ts';
import { History, type Keep, type RecordedMessage } from './history.ts';
import { SocketMode } from './socket-mode.ts';
import { RateLimiter, type RateLimits } from './rate-limiter.ts';

export interface WorkspaceOptions {
  tokens: readonly string[];
  appTokens?: readonly string[];
  channels: readonly ChannelOptions[];
  rateLimits: RateLimits | 'off';
  keep: Keep;
  /** Milliseconds since the Unix epoch. */
  now: () => number;
  onChange: (message: RecordedMessage) => void;
}

export interface Posting {
  bot: Bot;
  channel: Channel;
  content: Content;
  threadTs: string | undefined;
  replyBroadcast: boolean;
  arrivedMillis: number;
}

/** What stands behind both ways in: bots, channels, limits and messages. */
export class Workspace {
  readonly bots: Bots;
  readonly channels: Channels;
  readonly history: History;
  readonly sockets = new SocketMode();
  readonly now: () => number;
  readonly #posts: RateLimiter | undefined;
  readonly #updates: RateLimiter | undefined;
  readonly #onChange: (message: RecordedMessage) => void;
  #lastMicros = 0;
  #lastBlock = 0;

  constructor(options: WorkspaceOptions) {
    const { rateLimits } = options;
    this.bots = new Bots(options.tokens, options.appTokens);
    this.channels = new Channels(options.channels);
    this.history = new History(options.keep);
    this.now = options.now;
    this.#posts = rateLimits === 'off' ? undefined : new RateLimiter(rateLimits.post);
    this.#updates = rateLimits === 'off' ? undefined : new RateLimiter(rateLimits.update);
    this.#onChange = options.onChange;
  }

  /** Seconds to wait before a post to this channel; 0 = go on. */
  limitPost(channel: Channel): number {
    return this.#posts?.take(channel.id, this.now()) ?? 0;
  }

  limitUpdate(bot: Bot): number {
    return this.#updates?.take(bot.botId, this.now()) ?? 0;
  }

  post({ bot, channel, content, threadTs, replyBroadcast, arrivedMillis }: Posting): RecordedMessage {
    const parent = threadTs === undefined ? undefined : this.#threadParent(channel, threadTs);
    const shown = { text: content.text ?? '', blocks: this.#withIds(content.blocks ?? []) };
    const message: RecordedMessage = {
      channel: channel.id,
      channelName: channel.name,
      ts: this.#nextTs(),
      bot_id: bot.botId,
      ...shown,
      metadata: content.metadata ?? undefined,
      thread_ts: parent?.ts,
      reply_broadcast: parent !== undefined && replyBroadcast,
      at: this.now(),
      arrivedMillis,
      original: shown,
      edits: [],
      editsForgotten: 0,
      deleted: false,
    };
    this.history.addMessage(message);
    this.#onChange(message);
    return message;
  }

  /** What the content does not speak of stays. */
  edit(message: RecordedMessage, content: Content, arrivedMillis: number): void {
    const text = content.text ?? message.text;
    const blocks = content.blocks === undefined ? message.blocks : this.#withIds(content.blocks);
    if (content.metadata !== undefined) message.metadata = content.metadata ?? undefined;
    this.history.addEdit(message, { at: this.now(), arrivedMillis, text, blocks });
    this.#onChange(message);
  }

  /** False if there is no such message. */
  delete(channelIdOrName: string, ts: string): boolean {
    const channel = this.channels.find(channelIdOrName);
    const message = channel === undefined ? undefined : this.history.find(channel.id, ts);
    if (message === undefined) return false;
    message.deleted = true;
    this.#onChange(message);
    return true;
  }

  /**
   * A reply to a message that is gone is no error: Slack posts it to the channel itself, and only the lack of
   * `thread_ts` in its answer tells. Source: slack-go/slack issue 1571. A reply to a reply is treated alike, which
   * Slack only advises against.
   */
  #threadParent(channel: Channel, threadTs: string): RecordedMessage | undefined {
    const parent = this.history.find(channel.id, threadTs);
    return parent?.thread_ts === undefined ? parent : undefined;
  }

  /** Seconds and microseconds; no two are the same and each is later than the one before. */
  #nextTs(): string {
    this.#lastMicros = Math.max(Math.floor(this.now() * 1000), this.#lastMicros + 1);
    const micros = String(this.#lastMicros % 1_000_000).padStart(6, '0');
    return `${Math.floor(this.#lastMicros / 1_000_000)}.${micros}`;
  }

  #withIds(blocks: readonly unknown[]): readonly unknown[] {
    return blocks.map((block) => {
      if (!isObject(block) || block['block_id'] !== undefined) return block;
      this.#lastBlock += 1;
      return { ...block, block_id: `b${this.#lastBlock}` };
    });
  }
}
