import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, textAnswer, webhookError, webhookRateLimited } from './answer.ts';
import { webhookBot } from './bot.ts';
import { parseContent } from './content.ts';
import { isJson, parseJsonObject } from './request.ts';
import type { Workspace } from './workspace.ts';

export interface WebhookOptions {
  /** Such as `/services/T00000000/B00000000/a1b2c3`. */
  path: string;
  /** Where it posts, by name or id. */
  channel: string;
}

export interface WebhookRequest {
  httpMethod: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  arrivedMillis: number;
}

/** Posts as an incoming webhook does: `ok` and nothing by which to edit it, or an error as plain text. */
export function callWebhook(
  workspace: Workspace,
  hook: WebhookOptions | undefined,
  request: WebhookRequest,
): Answer {
  if (request.httpMethod !== 'POST') return textAnswer(405, 'method_not_allowed');
  if (hook === undefined || request.path !== hook.path) return webhookError('no_service');
  const parsed = parseJsonObject(request.body);
  if (!isJson(request.headers['content-type']) || !parsed.ok) return webhookError('invalid_payload');
  const channel = workspace.channels.find(hook.channel);
  if (channel === undefined) return webhookError('channel_not_found');
  if (channel.isArchived) return webhookError('channel_is_archived');
  const retryAfterSeconds = workspace.limitPost(channel);
  if (retryAfterSeconds > 0) return webhookRateLimited(retryAfterSeconds);
  const content = parseContent(parsed.args);
  if (!content.ok) return webhookError(content.error);
  workspace.post({
    bot: webhookBot,
    channel,
    content: content.content,
    threadTs: undefined,
    replyBroadcast: false,
    arrivedMillis: request.arrivedMillis,
  });
  return textAnswer(200, 'ok');
}
