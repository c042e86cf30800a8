import * as z from 'zod';
import type { Secret } from '../../config/secret.ts';
import { Harmless } from '../../redact/harmless.ts';
import { httpOutcome } from '../http/http-outcome.ts';
import type { HttpSender } from '../http/http-sender.ts';
import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Message } from '../message.ts';
import type { Obstacle, Outcome, Receiver, Reference } from '../receiver.ts';
import { isNotModified, telegramOutcome } from './telegram-errors.ts';
import { type TelegramText, telegramNews, telegramSummary, telegramText } from './telegram-text.ts';

export interface TelegramOptions {
  name: string;
  token: Secret;
  /** An id, or `@name`. */
  chatId: string | number;
  /** The topic of a group with topics. */
  threadId: number | undefined;
  /** Root of the Bot API, ending with a slash. */
  apiUrl: string;
}

type Method = 'sendMessage' | 'editMessageText' | 'getChat';

/** https://core.telegram.org/bots/api#making-requests */
const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error_code: z.int().optional(),
    description: z.string().default(''),
    parameters: z
      .object({ retry_after: z.number().optional(), migrate_to_chat_id: z.number().optional() })
      .optional(),
  }),
]);
const sentSchema = z.object({ message_id: z.int(), chat: z.object({ id: z.int() }) });

/** Telegram through a bot: one message an incident, edited in place, and replied to where there is news (https://core.telegram.org/bots/api). */
export class TelegramReceiver implements Receiver {
  readonly name: string;
  readonly description: string;
  readonly canEdit = true;
  readonly hasThreads = true;
  private readonly options: TelegramOptions;
  private readonly http: HttpSender;
  private readonly harmless: Harmless;

  constructor(options: TelegramOptions, http: HttpSender) {
    this.name = options.name;
    this.description = `Telegram ${options.chatId}`;
    this.options = options;
    this.http = http;
    this.harmless = new Harmless([options.token]);
  }

  async notify(message: Message, shown: Reference | undefined, signal: AbortSignal): Promise<Outcome> {
    const { to = this.place } = shown ?? {};
    // People look into the chat that is configured now.
    if (to !== this.place && message.news.some(({ isLoud }) => isLoud))
      return { kind: 'gone', reason: `it was shown in ${to}` };
    const outcome = await this.show(telegramText(message), shown, signal);
    // A layout that is not taken must not keep people from being told.
    const last =
      outcome.kind === 'rejected' ? await this.show(telegramSummary(message), shown, signal) : outcome;
    if (last.kind !== 'delivered' || shown === undefined || message.news.length === 0) return last;
    return this.tellNews(message, last, shown, signal);
  }

  /**
   * Nobody is told that a message was edited: what is news is a reply to it, without a sound if it is not to be heard. If it cannot be sent
   * now, both are tried again: an edit that changes nothing is taken.
   * @param edited the edit, which was taken
   */
  private async tellNews(
    message: Message,
    edited: Outcome,
    shown: Reference,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const isLoud = message.news.some((each) => each.isLoud);
    const { chat, message: id, to = this.place } = shown;
    const news = {
      chat_id: Number(chat),
      ...(to === this.place && this.thread),
      ...contentOf(telegramNews(message)),
      disable_notification: !isLoud,
    };
    // People may have deleted it a moment ago.
    const reply = { message_id: Number(id), allow_sending_without_reply: true };
    const asReply = { ...news, reply_parameters: reply };
    const replied = await this.call('sendMessage', asReply, undefined, signal);
    const told =
      replied.kind === 'rejected' && isLoud
        ? await this.call('sendMessage', news, undefined, signal)
        : replied;
    if (told.kind === 'delivered' || told.kind === 'rejected') return edited;
    return told.kind === 'refused' && !isLoud ? edited : told;
  }

  async verify(signal: AbortSignal): Promise<Obstacle | undefined> {
    const outcome = await this.call('getChat', { chat_id: this.options.chatId }, undefined, signal);
    if (outcome.kind === 'delivered') return undefined;
    return outcome.kind === 'gone' || outcome.kind === 'rejected'
      ? { kind: 'failed', reason: outcome.reason }
      : outcome;
  }

  private show(text: TelegramText, shown: Reference | undefined, signal: AbortSignal): Promise<Outcome> {
    const content = contentOf(text);
    const { chat, message } = shown ?? {};
    if (chat !== undefined && message !== undefined) {
      const edited = { chat_id: Number(chat), message_id: Number(message), ...content };
      return this.call('editMessageText', edited, shown, signal);
    }
    const { chatId } = this.options;
    return this.call('sendMessage', { chat_id: chatId, ...this.thread, ...content }, undefined, signal);
  }

  private get thread(): { message_thread_id?: number } {
    const { threadId } = this.options;
    return threadId === undefined ? {} : { message_thread_id: threadId };
  }

  /** Where people are told: chat, and topic if there is one. */
  private get place(): string {
    const { chatId, threadId } = this.options;
    return threadId === undefined ? String(chatId) : `${chatId}/${threadId}`;
  }

  private async call(
    method: Method,
    parameters: object,
    shown: Reference | undefined,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { apiUrl, token } = this.options;
    const answer = await this.http.send(
      {
        method: 'POST',
        url: `${apiUrl}bot${token.reveal()}/${method}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(parameters),
      },
      signal,
    );
    return this.outcomeOf(method, answer, shown);
  }

  private outcomeOf(method: Method, answer: HttpAnswer, shown: Reference | undefined): Outcome {
    const parsed = answer.kind === 'answered' ? answerSchema.safeParse(jsonOf(answer.body)).data : undefined;
    if (answer.kind === 'unreached' || parsed === undefined)
      return httpOutcome('Telegram', answer) ?? notTelegram;
    if (!parsed.ok) {
      const { error_code: code = answer.status, description, parameters } = parsed;
      const headerSeconds =
        answer.retryAfterMillis === undefined ? undefined : answer.retryAfterMillis / 1000;
      const error = {
        code,
        description,
        retryAfterSeconds: parameters?.retry_after ?? headerSeconds,
        migratedTo: parameters?.migrate_to_chat_id,
      };
      if (shown !== undefined && isNotModified(error)) return { kind: 'delivered', reference: shown };
      return telegramOutcome(error, this.harmless.text(description), shown !== undefined);
    }
    if (method !== 'sendMessage') return { kind: 'delivered', reference: shown };
    const sent = sentSchema.safeParse(parsed.result).data;
    if (sent === undefined) return notTelegram;
    const at = { chat: String(sent.chat.id), message: String(sent.message_id) };
    return { kind: 'delivered', reference: { ...at, to: this.place } };
  }
}

function contentOf(text: TelegramText): object {
  return { ...text, link_preview_options: { is_disabled: true } };
}

const notTelegram: Outcome = {
  kind: 'failed',
  reason: 'Telegram could not be reached: what answers there is not the Bot API',
};

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
