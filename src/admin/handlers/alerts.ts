import type { IncidentList } from '../../alerting/alert-store.ts';
import type { Incident } from '../../alerting/incident.ts';
import type { TimelineRecord } from '../../alerting/timeline.ts';
import type { DeliveryList, DeliveryRecord } from '../../notify/delivery-store.ts';
import type { SentDay } from '../../notify/sent-message.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { AlertAnswer, DeliveryAnswer, SentDayAnswer, TimelineEntryAnswer } from '../contract.ts';
import { Problem } from '../problem.ts';
import type { Handlers } from '../routes.ts';
import { defined, pageAnswer } from './page-answer.ts';
import { time } from './time.ts';

export interface AlertHandlersDependencies {
  clock: Clock;
  store: IncidentList & DeliveryList;
  /** Why a receiver does not work; undefined while it does. */
  problemOf: (receiver: string) => string | undefined;
  /** Called when this receiver is to be tried now. */
  onRetry: (receiver: string) => void;
}

export function alertHandlers({
  clock,
  store,
  problemOf,
  onRetry,
}: AlertHandlersDependencies): Handlers<
  'listAlerts' | 'readTimeline' | 'listSent' | 'listDeliveries' | 'retryDelivery'
> {
  return {
    listAlerts: ({ query: { limit, cursor, service, state: states, severity: severities } }) =>
      pageAnswer(
        store.listIncidents({ limit, ...defined({ cursor, service, states, severities }) }),
        alertAnswer,
      ),

    readTimeline: async ({ parameters: { id } }) => {
      const entries = await store.readTimeline(id);
      if (entries === undefined) throw new Problem(404, 'there is no such alert');
      return {
        items: entries.map((entry) => timelineAnswer(withProblem(entry, problemOf))),
        next_cursor: null,
      };
    },

    listSent: ({ query: { limit, cursor, receiver } }) =>
      pageAnswer(store.listSent({ limit, ...defined({ cursor, receiver }) }), sentAnswer),

    listDeliveries: ({ query: { limit, cursor, receiver, state: states } }) =>
      pageAnswer(store.listDeliveries({ limit, ...defined({ cursor, receiver, states }) }), deliveryAnswer),

    retryDelivery: async ({ parameters: { id }, caller }) => {
      const [incidentKey, receiver] = apart(id);
      const delivery = await store.retryDelivery(receiver, incidentKey, caller.name, clock.now());
      if (delivery === undefined) throw new Problem(404, 'there is no such delivery');
      if (delivery.shownRevision >= delivery.wantedRevision)
        throw new Problem(409, 'it is shown as it should be: there is nothing to try');
      onRetry(receiver);
      return deliveryAnswer(delivery);
    },
  };
}

/** The key of an incident has no colon. */
function apart(id: string): [incidentKey: string, receiver: string] {
  const colon = id.indexOf(':');
  return [id.slice(0, Math.max(0, colon)), id.slice(colon + 1)];
}

function alertAnswer(incident: Incident): AlertAnswer {
  const { issue, alertname, labels, severity } = incident;
  return {
    id: incident.key,
    alertname,
    state: incident.state,
    severity,
    service: labels['service'] ?? '',
    labels,
    starts_at: time(incident.startsAt),
    ends_at: incident.endsAt === undefined ? null : time(incident.endsAt),
    end_reason: incident.endReason ?? null,
    revision: incident.revision,
    issue_id: issue?.id ?? null,
  };
}

/** What waits, waits for its receiver to work. */
function withProblem(
  entry: TimelineRecord,
  problemOf: AlertHandlersDependencies['problemOf'],
): TimelineRecord {
  const reason = entry.kind === 'pending' ? problemOf(entry.receiver ?? '') : undefined;
  return reason === undefined ? entry : { ...entry, reason };
}

function timelineAnswer({ at, lastAt, routes, ...entry }: TimelineRecord): TimelineEntryAnswer {
  const byReceiver = Object.entries(routes ?? {}).map(([receiver, names]): [string, string[]] => [
    receiver,
    [...names],
  ]);
  return {
    at: time(at),
    last_at: time(lastAt),
    ...entry,
    ...(routes && { routes: Object.fromEntries(byReceiver) }),
  };
}

function sentAnswer({ day, isDryRun, examples, ...rest }: SentDay): SentDayAnswer {
  return {
    day: time(day).slice(0, '2026-11-30'.length),
    dry_run: isDryRun,
    ...rest,
    examples: examples.map(({ at, kind, text, incidentKey }) => ({
      at: time(at),
      kind,
      text,
      alert_id: incidentKey ?? null,
    })),
  };
}

function deliveryAnswer(delivery: DeliveryRecord): DeliveryAnswer {
  const { receiver, incident, state, shownRevision, wantedRevision, retryAt } = delivery;
  return {
    id: `${incident.key}:${receiver}`,
    receiver,
    incident_id: incident.key,
    alertname: incident.alertname,
    service: incident.labels['service'] ?? '',
    state,
    held_by: delivery.heldBy ?? null,
    wanted_revision: wantedRevision,
    shown_revision: shownRevision,
    wanted_since: time(delivery.wantedSince),
    edits: delivery.edits,
    fallback_of: delivery.fallbackOf?.receiver ?? null,
    dry_run: delivery.isDryRun,
    in_digest: delivery.inDigest,
    told_in: delivery.toldIn ?? null,
    failures: delivery.failures,
    retry_at: state === 'pending' && retryAt > 0 ? time(retryAt) : null,
    last_error: delivery.lastError ?? null,
  };
}
