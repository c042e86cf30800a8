import * as z from 'zod';
import { plain } from '../cut.ts';
import type { IncidentAction } from '../incident-action.ts';
import { isOurs, readButton } from './slack-buttons.ts';

/** What somebody pressed in Slack. */
export interface SlackPress {
  action: IncidentAction;
  /** Who pressed it, and where: to answer that person alone. The channel is undefined where Slack does not say it. */
  userId: string;
  channelId: string | undefined;
}

/** `foreign`: of a button of others that use the same app. `invalid`: of none that Tocsin ever made. */
export type ReadPress = SlackPress | 'foreign' | 'invalid';

const id = z.string().regex(/^[A-Z\d]{1,64}$/);

/** Of all that Slack says, what is needed (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
const payloadSchema = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id, username: z.string().optional(), name: z.string().optional() }),
  channel: z.object({ id }).optional(),
  actions: z
    .array(z.object({ action_id: z.string(), value: z.string().optional() }))
    .min(1)
    .max(25),
});

const longestName = 60;

export function readPresses(payload: unknown): ReadPress[] {
  const { data } = payloadSchema.safeParse(payload);
  // Shortcuts, modals and the like of others are told by their type.
  if (data === undefined) return [isBlockAction(payload) ? 'invalid' : 'foreign'];
  const { user, channel, actions } = data;
  return actions.map(({ action_id, value }) => {
    if (!isOurs(action_id)) return 'foreign';
    const button = readButton(action_id, value);
    if (button === undefined) return 'invalid';
    const by = whoOf(user.id, user.username ?? user.name);
    return { action: { ...button, by }, userId: user.id, channelId: channel?.id };
  });
}

function isBlockAction(payload: unknown): boolean {
  return z.object({ type: z.literal('block_actions') }).safeParse(payload).success;
}

/**
 * `jane (Slack U024BE7LH)`. A name is for people and can be changed, the id says who it really was; and no token of the API can have
 * a name like this.
 */
function whoOf(userId: string, name: string | undefined): string {
  const said = name === undefined ? '' : plain(name, longestName).replaceAll(/\s+/g, ' ');
  return said === '' ? `Slack ${userId}` : `${said} (Slack ${userId})`;
}
