import type { Incident } from '../alerting/incident.ts';
import type { Clock } from '../runtime/clock.ts';
import { type CircumstanceStore, circumstancesOf } from './circumstances.ts';
import type { Delivery } from './delivery.ts';
import { inPlaceOf } from './fallback.ts';
import { mostOfGroup, withGroup } from './group-message.ts';
import type { GroupStore } from './group-store.ts';
import type { IncidentActionName } from './incident-action.ts';
import { incidentMessage } from './incident-message.ts';
import type { Links } from './links.ts';
import type { Message, News } from './message.ts';
import { spanText } from './span-text.ts';

export interface MessageMakerDependencies {
  clock: Clock;
  store: CircumstanceStore & Pick<GroupStore, 'toldTogether'>;
  links: Links;
  /** What people can do about an incident where they are told of it; nothing, if it is absent. */
  offered?: readonly IncidentActionName[];
}

/** Makes the message that a delivery should show, with all that is known beside its incident. */
export class MessageMaker {
  private readonly dependencies: MessageMakerDependencies;

  constructor(dependencies: MessageMakerDependencies) {
    this.dependencies = dependencies;
  }

  /** @param fresh of its group, that are told in it from now on */
  async messageOf(delivery: Delivery, fresh: readonly Incident[] = []): Promise<Message> {
    const { receiver, incident, shownRevision, grouping, repeatOf, fallbackOf } = delivery;
    const { clock, store, links, offered } = this.dependencies;
    const now = clock.now();
    const circumstances = await circumstancesOf(store, incident, now);
    const made = incidentMessage(incident, shownRevision, circumstances, links, offered);
    const again = repeatOf === undefined ? made : repeated(made, now - incident.startsAt, repeatOf);
    const message = inPlaceOf(again, fallbackOf);
    if (grouping?.group === undefined) return message;
    const told = await store.toldTogether(receiver, incident.key, mostOfGroup);
    return withGroup(message, { count: told.count + fresh.length, worst: [...fresh, ...told.worst] });
  }
}

/** A message of which nothing is new. @param millis for how long it has been told of */
export function repeated(message: Message, millis: number, repeatOf: number): Message {
  // The clock may have been set back since.
  const after = millis > 0 ? `, after ${spanText(millis)}` : '';
  const news: News = { text: `Still firing${after}.`, isLoud: true };
  return { ...message, news: [...message.news, news], repeatOf };
}

/** What is news stands in the message and its thread, and disturbs nobody. */
export function quietly(message: Message): Message {
  return { ...message, news: message.news.map((each) => ({ ...each, isLoud: false })) };
}
