import type { Button, KnownBlock } from '@slack/web-api';
import { type IncidentActionName, incidentActionNames } from '../incident-action.ts';
import type { Message } from '../message.ts';

/** Tells Tocsin's buttons from those of others that use the same app. */
const prefix = 'tocsin_';

type Look = Pick<Button, 'style' | 'confirm'> & { label: string };

/** No text from an app is in a button: its value is the key of the incident, which is made of a digest. */
const looks: Record<IncidentActionName, Look> = {
  acknowledge: { label: 'Acknowledge' },
  resolve: { label: 'Resolve', style: 'primary' },
  silence: { label: 'Silence 1 h' },
  ignore: {
    label: 'Ignore',
    // There is no button that takes it back.
    confirm: {
      title: plainText('Ignore it from now on?'),
      text: plainText('Nobody is told of it any more, however often it happens. The API can reopen it.'),
      confirm: plainText('Ignore'),
      deny: plainText('Cancel'),
    },
  },
};

/** What people can do about a message; undefined if there is nothing. */
export function slackButtons({ incident, actions = [] }: Message): KnownBlock | undefined {
  if (incident === undefined || actions.length === 0) return undefined;
  const elements = actions.map((name): Button => {
    const { label, ...look } = looks[name];
    return {
      type: 'button',
      action_id: `${prefix}${name}`,
      value: incident.key,
      text: plainText(label),
      ...look,
    };
  });
  return { type: 'actions', elements };
}

/** Whether a button is one of Tocsin's, as far as its id says. */
export function isOurs(actionId: string): boolean {
  return actionId.startsWith(prefix);
}

/** What a button is for. @returns undefined if it is none that Tocsin ever made */
export function readButton(
  actionId: string,
  value: string | undefined,
): { name: IncidentActionName; incidentKey: string } | undefined {
  const name = incidentActionNames.find((each) => actionId === `${prefix}${each}`);
  if (name === undefined || value === undefined || !/^[\da-f]{32}$/.test(value)) return undefined;
  return { name, incidentKey: value };
}

function plainText(text: string) {
  return { type: 'plain_text' as const, text, emoji: false };
}
