import { defaultRetryAfterMillis } from '../http/http-outcome.ts';
import type { Outcome } from '../receiver.ts';

/**
 * What Slack's error names mean for a delivery (https://docs.slack.dev/reference/methods/chat.postMessage#errors and
 * chat.update). One that is not listed may be a passing fault: it is tried again.
 */
const remedies: Readonly<Record<string, string>> = {
  not_authed:
    'No token was sent: set SLACK_BOT_TOKEN, or slack.token of the receiver, to the Bot User OAuth Token (xoxb-…).',
  invalid_auth:
    'The token is not valid: copy the Bot User OAuth Token (xoxb-…) from the app\'s "OAuth & Permissions" page into SLACK_BOT_TOKEN, or slack.token of the receiver.',
  account_inactive:
    'The token belongs to a deleted workspace or bot: reinstall the app and set the new token.',
  token_revoked: 'The token was revoked: reinstall the app and set the new token.',
  token_expired: 'The token has expired: set a new one.',
  missing_scope: 'The app lacks a permission: add the bot scope chat:write and reinstall it.',
  no_permission: 'The app may not post there: check its permissions in the workspace.',
  channel_not_found:
    'There is no such channel, or it is private and the bot was not invited: check SLACK_CHANNEL, or slack.channel of the receiver, and /invite the bot.',
  not_in_channel: 'The bot is not in the channel: /invite it there, or add the bot scope chat:write.public.',
  is_archived: 'The channel is archived: choose another one.',
  restricted_action:
    "A workspace setting keeps the app from posting there: ask the workspace's administrators.",
  team_access_not_granted: 'The token has no access to that workspace: reinstall the app there.',
  no_service: 'The webhook was removed: create a new one and set SLACK_WEBHOOK_URL.',
  invalid_token: 'The webhook URL is not valid: copy it again from the app\'s "Incoming Webhooks" page.',
  channel_is_archived: "The webhook's channel is archived: create a webhook for another one.",
  action_prohibited:
    "A workspace setting keeps the webhook from posting: ask the workspace's administrators.",
  posting_to_general_channel_denied: 'The webhook may not post to that channel: create one for another.',
};

const gone = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** What was shown may stand in a channel that the bot has left, or that is no longer the configured one. */
const goneForEdits = new Set(['channel_not_found', 'not_in_channel', 'is_archived']);

/** About what was sent, whichever way it is sent again. */
const rejections = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'invalid_payload',
]);

/** Of replies: there is no thread, or none that may be written into. */
const threadless = new Set([
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
  'restricted_action_thread_only_channel',
  'cannot_reply_to_message',
  'invalid_thread_ts',
  'thread_not_found',
]);

/** @param isEdit of a message that was shown before */
export function slackOutcome(error: string, isEdit = false): Exclude<Outcome, { kind: 'delivered' }> {
  const reason = `Slack answered ${error}`;
  if (gone.has(error) || (isEdit && goneForEdits.has(error))) return { kind: 'gone', reason };
  const remedy = remedies[error];
  if (remedy !== undefined) return { kind: 'refused', reason, remedy };
  if (rejections.has(error) || threadless.has(error)) return { kind: 'rejected', reason };
  if (error === 'ratelimited' || error === 'rate_limited')
    return { kind: 'throttled', retryAfterMillis: defaultRetryAfterMillis };
  return { kind: 'failed', reason };
}

/** The library's errors are told apart by their fields: its classes would have to be loaded to be compared with. */
export function slackFailure(error: unknown, isEdit = false): Exclude<Outcome, { kind: 'delivered' }> {
  const fields = error as {
    retryAfter?: unknown;
    statusCode?: unknown;
    data?: { error?: unknown };
    original?: unknown;
  };
  if (typeof fields.retryAfter === 'number')
    return { kind: 'throttled', retryAfterMillis: fields.retryAfter * 1000 };
  if (typeof fields.statusCode === 'number')
    return { kind: 'failed', reason: `Slack answered HTTP ${fields.statusCode}` };
  if (typeof fields.data?.error === 'string') return slackOutcome(fields.data.error, isEdit);
  return { kind: 'failed', reason: `Slack could not be reached: ${rootCause(fields.original ?? error)}` };
}

/** `fetch failed` says nothing; what it wraps does. */
function rootCause(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.cause instanceof Error) return rootCause(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
