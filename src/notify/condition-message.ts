import type { ConditionIncident } from '../alerting/incident.ts';
import type { IncidentActionName } from './incident-action.ts';
import type { Links } from './links.ts';
import type { Fact, Message, News } from './message.ts';
import { spanText } from './span-text.ts';

/** The message for a condition that holds, or held, as it is at one revision. @param shownRevision what was shown of it before; 0 = nothing */
export function conditionMessage(
  incident: ConditionIncident,
  shownRevision: number,
  links: Pick<Links, 'of'>,
  offered: readonly IncidentActionName[],
): Message {
  const { condition, alertname, key, severity, state } = incident;
  const where = placeOf(condition);
  return {
    state,
    severity,
    title: condition.title,
    summary: summaryOf(incident, where),
    detail: condition.detail,
    facts: factsOf(incident, where),
    links: [...(condition.links ?? []), ...links.of({ incident, last: undefined })],
    news: newsOf(incident, shownRevision),
    frames: [],
    footer: `${key.slice(0, 8)} · ${alertname}`,
    incident,
    // There is nothing to be resolved: it is over by itself.
    actions: offered.filter((name) => name === 'silence' && state === 'firing'),
  };
}

function summaryOf({ state, severity, condition }: ConditionIncident, where: string): string {
  const { title, figure } = condition;
  const what = where === '' ? title : `${where}: ${title}`;
  if (state !== 'firing') return `[RESOLVED] ${what}`;
  return `[${severity.toUpperCase()}] ${figure === undefined ? what : `${what}: ${figure}`}`;
}

/** Said with the service. */
const ofPlace = ['environment', 'operation'];

function placeOf({
  service,
  environment,
  subject: { operation = '' },
}: ConditionIncident['condition']): string {
  const place = environment === '' ? service : `${service} (${environment})`;
  return operation === '' ? place : `${place} ${operation}`;
}

function factsOf({ condition, severity, state, startsAt, endsAt }: ConditionIncident, where: string): Fact[] {
  const facts: Fact[] = where === '' ? [] : [{ name: 'Service', value: where, isInSummary: true }];
  for (const [name, value] of Object.entries(condition.subject))
    if (!ofPlace.includes(name) && !condition.title.includes(value)) facts.push({ name, value });
  facts.push({ name: 'Severity', value: severity, isInSummary: state === 'firing' }, ...condition.facts, {
    name: 'Since',
    value: { at: startsAt },
  });
  if (endsAt !== undefined)
    facts.push(
      { name: 'Ended', value: { at: endsAt } },
      { name: 'Lasted', value: spanText(endsAt - startsAt), isBeside: true },
    );
  return facts;
}

/** That it is over is seen in the message: nobody has to do anything. */
function newsOf(
  { state, stateRevision, startsAt, endsAt }: ConditionIncident,
  shownRevision: number,
): News[] {
  if (state === 'firing' || shownRevision === 0 || stateRevision <= shownRevision) return [];
  return [{ text: `Over, after ${spanText((endsAt ?? startsAt) - startsAt)}.`, isLoud: false }];
}
