import type { Incident } from '../alerting/incident.ts';
import { factOf } from './digest-message.ts';
import type { ToldTogether } from './group-store.ts';
import { incidentMessage } from './incident-message.ts';
import type { Message, News } from './message.ts';

/** Of how many alerts of a group it is said what they are. */
export const mostOfGroup = 5;

/** A message with the others of its group that were told in it. */
export function withGroup(message: Message, { count, worst }: ToldTogether): Message {
  if (count === 0) return message;
  const also = { name: 'In this group', value: `${count} more ${count === 1 ? 'alert' : 'alerts'}` };
  return { ...message, facts: [...message.facts, also, ...worst.slice(0, mostOfGroup).map(factOf)] };
}

/** What people hear of alerts that have no message of their own. @param members the worst first */
export function newsOfGroup(members: readonly Incident[]): News[] {
  const named = members.slice(0, mostOfGroup);
  const news = named.map((incident) => loud(incidentMessage(incident).summary));
  const more = members.length - named.length;
  return more === 0 ? news : [...news, loud(`And ${more} more.`)];
}

function loud(text: string): News {
  return { text, isLoud: true, standsAlone: true };
}
