import * as z from 'zod';
import { httpUrl, secret } from '../../config/scalars.ts';

const chatId =
  'not a chat: write its id, such as -1001234567890, or the name of a public one, such as "@alerts"';

export const telegramSchema = z.strictObject({
  token: secret().describe('the token of the bot, as @BotFather gives it'),
  chat_id: z
    .union([z.int(), z.string().regex(/^(-?\d{1,20}|@[A-Za-z]\w{3,31})$/, { error: chatId })], {
      error: chatId,
    })
    .describe('id of the chat, or @name of a public group or channel, which needs quotes'),
  message_thread_id: z.int().min(1).optional().describe('the topic of a group with topics'),
  api_url: httpUrl()
    .default('https://api.telegram.org/')
    .describe('another root of the Bot API: a server of your own, a test'),
});

export type TelegramConfig = z.infer<typeof telegramSchema>;
