import { createHmac, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { isObject } from './block-kit/rules.ts';
import type { RecordedMessage, RecordedPress } from './history.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Workspace } from './workspace.ts';

/** Slack shows people a warning if an app has not said by then that it heard of a press. */
export const slackPatienceMillis = 3_000;

/** An app that takes what is pressed as requests. */
export interface RequestsOfPresses {
  /** The Request URL of its "Interactivity & Shortcuts". */
  url: string;
  signingSecret: string;
}

export const pressSchema = z.strictObject({
  channel: z.string(),
  ts: z.string(),
  action_id: z.string(),
  user: z.strictObject({ id: z.string(), name: z.string() }).default({ id: 'U0JANE', name: 'jane' }),
});
export type Press = z.infer<typeof pressSchema>;

/** How an app hears of what is pressed. */
export interface PressWays {
  sockets: SocketMode;
  /** Where there is no connection. */
  requests: RequestsOfPresses | undefined;
  patienceMillis: number;
}

/**
 * Presses a button of a message, as a person does, and waits for what comes of it.
 * @returns undefined if there is no such button
 */
export async function press(
  workspace: Workspace,
  ways: PressWays,
  wanted: Press,
): Promise<RecordedPress | undefined> {
  const channel = workspace.channels.find(wanted.channel);
  const message = channel && workspace.history.find(channel.id, wanted.ts);
  const button = message && buttonOf(message, wanted.action_id);
  if (button === undefined) return undefined;
  const payload = payloadOf(message!, button, wanted, workspace.now());
  const beganAt = performance.now();
  const outcome = await deliver(payload, ways, workspace.now());
  const millis = performance.now() - beganAt;
  const recorded = {
    action_id: wanted.action_id,
    user: wanted.user.id,
    outcome,
    millis,
    at: workspace.now(),
  };
  workspace.history.addPress(recorded);
  return recorded;
}

function deliver(
  payload: object,
  { sockets, requests, patienceMillis }: PressWays,
  now: number,
): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('late'), patienceMillis);
    const settle = (outcome: string): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    if (sockets.send('interactive', payload, () => settle('acknowledged'))) return;
    if (requests === undefined) return settle('nowhere');
    const seconds = String(Math.floor(now / 1000));
    void request(requests, JSON.stringify(payload), seconds).then(settle);
  });
}

/** Source: docs.slack.dev/authentication/verifying-requests-from-slack */
async function request(
  { url, signingSecret }: RequestsOfPresses,
  payload: string,
  timestamp: string,
): Promise<string> {
  const body = new URLSearchParams({ payload }).toString();
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
  };
  try {
    const { status } = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' });
    return status === 200 ? 'acknowledged' : `http_${status}`;
  } catch {
    return 'unreached';
  }
}

function buttonOf(
  { blocks }: RecordedMessage,
  actionId: string,
): Readonly<Record<string, unknown>> | undefined {
  for (const block of blocks) {
    if (!isObject(block) || block['type'] !== 'actions') continue;
    for (const element of block['elements'] as unknown[])
      if (isObject(element) && element['action_id'] === actionId)
        return { ...element, block_id: block['block_id'] };
  }
  return undefined;
}

/** Source: docs.slack.dev/reference/interaction-payloads/block_actions-payload */
function payloadOf(
  message: RecordedMessage,
  button: Readonly<Record<string, unknown>>,
  { user }: Press,
  now: number,
): object {
  const { ts, channel, channelName, text, blocks, bot_id } = message;
  const team = { id: 'T0000000000', domain: 'stand-in' };
  const { confirm: _confirm, ...pressed } = button;
  return {
    type: 'block_actions',
    user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
    api_app_id: 'A0000000000',
    token: 'verification-token',
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    trigger_id: randomUUID(),
    team,
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: channelName },
    message: { type: 'message', bot_id, ts, text, blocks, team: team.id },
    state: { values: {} },
    response_url: `https://hooks.slack.com/actions/${team.id}/1/stand-in`,
    actions: [{ ...pressed, action_ts: (now / 1000).toFixed(6) }],
  };
}
