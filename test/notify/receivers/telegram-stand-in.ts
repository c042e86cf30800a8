import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { OtlpBackEnd, type Received, type Reply } from '../../support/otlp-back-end.ts';
import type { StandIn } from './conformance.ts';

const range = { offset: z.int().min(0), length: z.int().min(1) };
const entity = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.enum(['bold', 'italic', 'underline', 'strikethrough', 'spoiler', 'blockquote', 'code', 'pre']),
    ...range,
  }),
  z.strictObject({ type: z.literal('text_link'), url: z.string().min(1), ...range }),
]);
const content = {
  text: z.string(),
  entities: z.array(entity).default([]),
  link_preview_options: z.strictObject({ is_disabled: z.boolean() }).optional(),
};
const chatId = z.union([z.int(), z.string()]);
const requests = {
  sendMessage: z.strictObject({
    chat_id: chatId,
    message_thread_id: z.int().optional(),
    disable_notification: z.boolean().default(false),
    reply_parameters: z
      .strictObject({ message_id: z.int(), allow_sending_without_reply: z.boolean().default(false) })
      .optional(),
    ...content,
  }),
  editMessageText: z.strictObject({ chat_id: chatId, message_id: z.int(), ...content }),
  getChat: z.strictObject({ chat_id: chatId }),
};

type Entity = z.infer<typeof entity>;

export interface TelegramMessage {
  message_id: number;
  thread: number | undefined;
  text: string;
  entities: readonly Entity[];
  previews: boolean;
  edits: number;
  /** What it stands below. */
  repliesTo: number | undefined;
  /** It makes a sound. */
  isHeard: boolean;
}

/** UTF-16 units; "1-4096 characters after entities parsing" (https://core.telegram.org/bots/api#sendmessage). */
const longestText = 4096;
/** Those after them are not applied, and nothing says so. */
const mostEntities = 100;

/** What the server makes links, mentions and commands of by itself, wherever it is not in `code` or `pre`; rather too much. */
const detected =
  /[a-z][a-z0-9+.-]*:\/\/\S+|[\w-]+\.[a-z]{2,}\b|@\w+|#\w+|\$[A-Z]{2,8}\b|(?<!\w)\/[a-z]\w*|\S+@\S+|\+?\d[\d -]{7,}/gi;

class BadRequest extends Error {}

/** As strict as the Bot API, or stricter where it does not say. */
export class TelegramStandIn {
  readonly server = new OtlpBackEnd();
  readonly messages: TelegramMessage[] = [];
  /** Answers to the next messages that are posted, instead of its own. */
  readonly toPosts: Reply[] = [];
  readonly chat = { id: -1001234567890, username: 'alerts', threads: [7] };
  private readonly token: string;
  private lastId = 100;

  constructor(token: string) {
    this.token = token;
    this.server.otherwise = (received) => this.answer(received);
  }

  async start(): Promise<StandIn> {
    const url = await this.server.start();
    return {
      url,
      calls: () => this.server.received.length,
      count: () => this.messages.length,
      active: () => activeIn(this.messages.at(-1)),
      stop: () => this.server.stop(),
    };
  }

  delete(messageId: number): void {
    this.messages.splice(
      this.messages.findIndex(({ message_id }) => message_id === messageId),
      1,
    );
  }

  private answer({ method, path, headers, body }: Received): Reply {
    const [, token, name = ''] = /^\/bot([^/]*)\/(\w+)$/.exec(path) ?? [];
    if (!/^\d+:[\w-]+$/.test(token ?? '') || !Object.hasOwn(requests, name)) return failed(404, 'Not Found');
    if (token !== this.token) return failed(401, 'Unauthorized');
    const answer = name === 'sendMessage' ? this.toPosts.shift() : undefined;
    if (answer !== undefined) return answer;
    if (method !== 'POST' || headers['content-type'] !== 'application/json')
      return failed(400, 'Bad Request: message text is empty');
    try {
      const text = body.toString();
      const hasHalves = JSON.stringify(JSON.parse(text)).includes('\\ud');
      if (hasHalves) throw new BadRequest('strings must be encoded in UTF-8');
      return this.call(name as keyof typeof requests, JSON.parse(text));
    } catch (error) {
      return failed(400, `Bad Request: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private call(name: keyof typeof requests, parameters: unknown): Reply {
    switch (name) {
      case 'sendMessage':
        return this.post(requests.sendMessage.parse(parameters));
      case 'editMessageText':
        return this.edit(requests.editMessageText.parse(parameters));
      case 'getChat':
        this.checkChat(requests.getChat.parse(parameters).chat_id);
        return done({ id: this.chat.id, type: 'supergroup', title: 'Alerts' });
    }
  }

  private post(request: z.infer<typeof requests.sendMessage>): Reply {
    const { chat_id, message_thread_id: thread } = request;
    this.checkChat(chat_id);
    const shown = validated(request);
    if (thread !== undefined && !this.chat.threads.includes(thread))
      throw new BadRequest('message thread not found');
    const { disable_notification: isQuiet, reply_parameters: reply } = request;
    const target = this.messages.find(({ message_id }) => message_id === reply?.message_id);
    if (reply !== undefined && target === undefined && !reply.allow_sending_without_reply)
      throw new BadRequest('message to be replied not found');
    const message: TelegramMessage = {
      message_id: ++this.lastId,
      thread: thread ?? target?.thread,
      ...shown,
      edits: 0,
      repliesTo: target?.message_id,
      isHeard: !isQuiet,
    };
    this.messages.push(message);
    return done({ message_id: message.message_id, chat: { id: this.chat.id }, date: 0, text: shown.text });
  }

  private edit(request: z.infer<typeof requests.editMessageText>): Reply {
    const { chat_id, message_id: id } = request;
    this.checkChat(chat_id);
    const shown = validated(request);
    const message = this.messages.find(({ message_id }) => message_id === id);
    if (message === undefined) throw new BadRequest('message to edit not found');
    if (message.text === shown.text && isDeepStrictEqual(message.entities, shown.entities))
      throw new BadRequest(
        'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      );
    Object.assign(message, shown, { edits: message.edits + 1 });
    return done({ message_id: id, chat: { id: this.chat.id }, date: 0, text: shown.text });
  }

  private checkChat(chatId: string | number): void {
    const { id, username } = this.chat;
    if (![String(id), `@${username}`].includes(String(chatId))) throw new BadRequest('chat not found');
  }
}

type Shown = Pick<TelegramMessage, 'text' | 'entities' | 'previews'>;

function validated(request: {
  text: string;
  entities: Entity[];
  link_preview_options?: { is_disabled: boolean } | undefined;
}): Shown {
  const { text, entities } = request;
  if (text.trim() === '') throw new BadRequest('message text is empty');
  if (text.length > longestText) throw new BadRequest('message is too long');
  let end = 0;
  for (const entity of entities) {
    const { offset, length } = entity;
    // get_checked_link of tdlib/td, LinkManager.cpp: nothing of the message is taken.
    if (entity.type === 'text_link' && !/^https?:\/\/(\[|[^/?#]*\.)/i.test(entity.url))
      throw new BadRequest(`entity URL '${entity.url}' is invalid: Wrong HTTP URL`);
    if (offset + length > text.length) throw new BadRequest('entity ends after the end of the text');
    if (isInside(text, offset)) throw new BadRequest('entity begins in a middle of a UTF-16 symbol');
    if (isInside(text, offset + length)) throw new BadRequest('entity ends in a middle of a UTF-16 symbol');
    if (offset < end) throw new BadRequest('entities overlap');
    if (text.slice(offset, offset + length).trim() === '') throw new BadRequest('entity of blanks');
    end = offset + length;
  }
  const previews = request.link_preview_options?.is_disabled !== true;
  return { text, entities: entities.slice(0, mostEntities), previews };
}

function isInside(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function activeIn(message: TelegramMessage | undefined): string[] {
  if (message === undefined) return [];
  const { text, entities, previews } = message;
  let open = '';
  let at = 0;
  const links = entities.flatMap((each) =>
    each.type === 'text_link' && !each.url.startsWith('https://links.example/') ? [each.url] : [],
  );
  for (const { type, offset, length } of entities) {
    if (type !== 'code' && type !== 'pre') continue;
    open += `${text.slice(at, offset)}\u0001`;
    at = offset + length;
  }
  open += text.slice(at);
  const hidden = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text) ? ['a control character'] : [];
  return [...(open.match(detected) ?? []), ...links, ...hidden, ...(previews ? ['previews of links'] : [])];
}

function done(result: object): Reply {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ok: true, result }) };
}

function failed(code: number, description: string): Reply {
  const body = JSON.stringify({ ok: false, error_code: code, description });
  return { status: code, headers: { 'content-type': 'application/json' }, body };
}
