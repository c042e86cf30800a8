import type { Obstacle } from '../receiver.ts';
import { slackFailure } from './slack-errors.ts';

const wrongToken =
  'The app-level token is not valid: copy one (xapp-…) from the app\'s "Basic Information" page, "App-Level Tokens", into slack.app_token of the receiver.';

/** What Slack's error names mean where a connection is asked for (https://docs.slack.dev/reference/methods/apps.connections.open#errors). */
const remedies: Readonly<Record<string, string>> = {
  not_authed: wrongToken,
  invalid_auth: wrongToken,
  not_allowed_token_type: wrongToken,
  token_revoked: wrongToken,
  token_expired: wrongToken,
  account_inactive: wrongToken,
  missing_scope: 'The app-level token lacks a scope: generate one with connections:write.',
  forbidden_team: 'The workspace does not let apps use Socket Mode: ask its administrators.',
  access_denied: 'The workspace does not let the app use Socket Mode: ask its administrators.',
};

/** Why Slack ends a connection by itself, where it is not for a moment (https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect). */
const ends: Readonly<Record<string, string>> = {
  link_disabled: 'Socket Mode is switched off for the app: switch it on at the app\'s "Socket Mode" page.',
};

/** What is thrown by whoever asks Slack for a connection; undefined if it ended before it was there. */
export function connectFailure(error: unknown): Obstacle {
  if (error === undefined) return endOf(undefined);
  const name = (error as { data?: { error?: unknown } }).data?.error;
  const remedy = typeof name === 'string' ? remedies[name] : undefined;
  if (remedy !== undefined) return { kind: 'refused', reason: `Slack answered ${String(name)}`, remedy };
  const failure = slackFailure(error);
  if (failure.kind === 'throttled') return failure;
  // The remedies of the bot's token are none here.
  return { kind: 'failed', reason: failure.reason };
}

/** @param said Slack's word for why it ended; undefined if it said nothing */
export function endOf(said: string | undefined): Obstacle {
  if (said === undefined) return { kind: 'failed', reason: 'the connection to Slack was lost' };
  const remedy = ends[said];
  const reason = `Slack ended the connection: ${/^\w{1,60}$/.test(said) ? said : 'it said why in words that cannot be read'}`;
  return remedy === undefined ? { kind: 'failed', reason } : { kind: 'refused', reason, remedy };
}

/** Slack moves connections every few hours, and says so before. */
export function isMove(said: string | undefined): boolean {
  return said === 'refresh_requested' || said === 'warning';
}
