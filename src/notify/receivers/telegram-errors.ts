import { defaultRetryAfterMillis } from '../http/http-outcome.ts';
import type { Outcome } from '../receiver.ts';

/** What the Bot API says instead of a result (https://core.telegram.org/bots/api#making-requests). */
export interface TelegramError {
  /** As an HTTP status. */
  code: number;
  description: string;
  retryAfterSeconds?: number | undefined;
  /** Where a group that became a supergroup is now. */
  migratedTo?: number | undefined;
}

/** There are no names of errors: these are parts of their descriptions, as the server has them in lower case. */
const rejections = /message is too long|message_too_long|text is empty|text must be non-empty|entit/;
/** Of a reply: it has nothing to stand below. */
const unreplied = /message to be replied not found|repl(y|ied) message not found|reply_message_id_invalid/;
const gone = /message to edit not found|message can't be edited|message_id_invalid|message identifier is not/;

const remedies: readonly [part: RegExp, remedy: string][] = [
  [
    /chat not found|chat_id is empty|peer_id_invalid|username not found/,
    'There is no such chat for the bot: check chat_id, and add the bot to the chat, or write to it first.',
  ],
  [/thread not found|topic_deleted/, 'There is no such topic in the chat: check message_thread_id.'],
  [/topic_closed/, 'The topic is closed: open it again, or choose another message_thread_id.'],
  [
    /not enough rights|have no rights|chat_write_forbidden|need administrator rights|chat_restricted|user_is_blocked/,
    'The bot may not write there: let it post messages; in a channel it must be an administrator.',
  ],
  [/chat_admin_required/, 'The bot must be an administrator of the channel.'],
];

const tokenRemedy =
  'The token is not valid: copy it again from @BotFather into telegram.token of the receiver.';
const outRemedy =
  'The bot was removed from the chat, or blocked there: add it again, and in a channel make it an administrator.';

/** @param said fit to be shown. @param isEdit of a message that was shown before */
export function telegramOutcome(
  error: TelegramError,
  said: string,
  isEdit: boolean,
): Exclude<Outcome, { kind: 'delivered' }> {
  const { code, retryAfterSeconds, migratedTo } = error;
  const description = error.description.toLowerCase();
  const reason = `Telegram answered ${code}: ${said}`;
  if (code === 429) {
    const retryAfterMillis =
      retryAfterSeconds === undefined ? defaultRetryAfterMillis : retryAfterSeconds * 1000;
    return { kind: 'throttled', retryAfterMillis };
  }
  // Without the right token there is nothing at the URL, or nobody who may ask.
  if (code === 401 || code === 404) return { kind: 'refused', reason, remedy: tokenRemedy };
  if (migratedTo !== undefined) {
    // The messages of before have not moved with the chat.
    if (isEdit) return { kind: 'gone', reason };
    return { kind: 'refused', reason, remedy: `The group has a new id: set chat_id to ${migratedTo}.` };
  }
  if (isEdit && gone.test(description)) return { kind: 'gone', reason };
  if (unreplied.test(description)) return { kind: 'rejected', reason };
  const remedy =
    remedies.find(([part]) => part.test(description))?.[1] ?? (code === 403 ? outRemedy : undefined);
  if (remedy !== undefined) {
    // What was shown may stand in a chat that is no longer the configured one.
    return isEdit && code === 400 ? { kind: 'gone', reason } : { kind: 'refused', reason, remedy };
  }
  if (code === 413 || (code === 400 && rejections.test(description))) return { kind: 'rejected', reason };
  return { kind: 'failed', reason };
}

/** What is to be shown is shown already. */
export function isNotModified({ code, description }: TelegramError): boolean {
  return code === 400 && description.toLowerCase().includes('message is not modified');
}
