import { isDeepStrictEqual as isSame } from 'node:util';
import { isAboutReceiver } from '../../conventions/own-failures.ts';
import type { AlertStep, StandingIncident } from '../alert-store.ts';
import type { Incident } from '../incident.ts';
import { silencedBy } from '../silences/silencer.ts';
import type { Routed } from '../timeline.ts';
import { causeFor } from './cause.ts';
import type { Grouping } from './grouping.ts';
import type { Audience } from './routing.ts';
import { audienceOf, type Situation } from './situation.ts';

export type Plan = Required<Pick<AlertStep, 'withheld' | 'held' | 'groupings' | 'routed'>>;

/** Whom each incident is for and not, and who is to wait for it. */
export function planOf(incidents: readonly Incident[], situation: Situation): Plan {
  const withheld: Record<string, readonly string[]> = {};
  const held: Record<string, Readonly<Record<string, string>>> = {};
  const groupings: Record<string, Readonly<Record<string, Grouping>>> = {};
  const routed: Record<string, Routed> = {};
  for (const incident of incidents) {
    const { key } = incident;
    const plan = planOne(incident, situation);
    if (plan.withheld.length > 0) withheld[key] = plan.withheld;
    if (Object.keys(plan.held).length > 0) held[key] = plan.held;
    if (Object.keys(plan.groupings).length > 0) groupings[key] = plan.groupings;
    routed[key] = plan.routed;
  }
  return { withheld, held, groupings, routed };
}

/** Whether other deliveries are stored of an incident than there would be if it were stored now. */
export function isOutOfDate({ incident, deliveries }: StandingIncident, situation: Situation): boolean {
  const { withheld, held, groupings } = planOne(incident, situation);
  return situation.receivers.some((receiver) => {
    const delivery = deliveries.find((each) => each.receiver === receiver);
    const isFor = !withheld.includes(receiver);
    if (delivery === undefined) return isFor && incident.state === 'firing';
    const mayStay =
      delivery.wasShown || (isFor && (incident.state === 'firing' || held[receiver] === undefined));
    if (!mayStay || delivery.heldBy !== held[receiver]) return true;
    return isFor && !isSame(delivery.grouping, groupings[receiver]);
  });
}

interface IncidentPlan {
  withheld: readonly string[];
  /** Why, by receiver; of those that it is withheld from as well, since they may have been told before. */
  held: Readonly<Record<string, string>>;
  /** Together with what, and when, by receiver. */
  groupings: Readonly<Record<string, Grouping>>;
  /** The same for people, with reasons. */
  routed: Routed;
}

function planOne(incident: Incident, situation: Situation): IncidentPlan {
  const { receivers, fallbacks } = situation;
  const audience = audienceOf(incident, situation);
  const told = withoutOwn(incident, audience.receivers, receivers, fallbacks);
  const held = { ...audience.muted, ...heldFrom(incident, situation) };
  const withheld = receivers.filter((name) => !told.includes(name));
  const groupings = incident.issue === undefined ? audience.groupings : withoutRepeats(audience.groupings);
  return { withheld, held, groupings, routed: routedTo(incident, told, withheld, audience) };
}

/** An issue that goes on is not told again: what is new of it is, and whether it goes on is seen in its message. */
function withoutRepeats(groupings: Readonly<Record<string, Grouping>>): Record<string, Grouping> {
  const kept: Record<string, Grouping> = {};
  for (const [receiver, { repeatMillis: _never, ...grouping }] of Object.entries(groupings))
    if (Object.keys(grouping).length > 0) kept[receiver] = grouping;
  return kept;
}

/** Why receivers are not told of an alert now. A silence comes first: somebody wants to see that it works, and it stays as it is for longer. */
function heldFrom(incident: Incident, situation: Situation): Record<string, string> {
  const [silence] = silencedBy(situation.silences, incident.labels);
  return Object.fromEntries(
    situation.receivers.flatMap((receiver) => {
      if (silence !== undefined) return [[receiver, `silenced by ${silence}`]];
      const cause = causeFor(incident, receiver, situation);
      return cause === undefined ? [] : [[receiver, `inhibited by ${cause}`]];
    }),
  );
}

function routedTo(
  { issue }: Incident,
  told: readonly string[],
  withheld: readonly string[],
  { routes }: Audience,
): Routed {
  const byRoute = told.map(
    (name) => [name, Object.hasOwn(routes, name) ? routes[name]! : [inItsPlace]] as const,
  );
  const reasons = withheld.map(
    (name) => [name, issue !== undefined && isAboutReceiver(issue, name) ? own : noRoute] as const,
  );
  return { routes: Object.fromEntries(byRoute), withheld: Object.fromEntries(reasons) };
}

const noRoute = 'no route leads to it';
const own = 'it is about this receiver itself';
const inItsPlace = 'in the place of the receiver that it is about';

/**
 * A receiver's failure is never told through itself, but through its fallback, if it has one. If it would be told to nobody else, all
 * others are told, whatever their routes are.
 */
export function withoutOwn(
  { issue }: Incident,
  routed: readonly string[],
  all: readonly string[],
  fallbacks: Situation['fallbacks'],
): readonly string[] {
  const isOther = (name: string): boolean => issue === undefined || !isAboutReceiver(issue, name);
  const about = all.find((name) => !isOther(name));
  const instead = about === undefined ? undefined : fallbacks[about];
  const others = all.filter((name) => isOther(name) && (routed.includes(name) || name === instead));
  return others.length === 0 && routed.length > 0 ? all.filter(isOther) : others;
}
