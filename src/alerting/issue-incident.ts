import { createHash } from 'node:crypto';
import { severities } from '../errors/error-event.ts';
import type { Issue, IssueChangeKind } from '../issues/issue.ts';
import { withOutcome } from './deployment.ts';
import type { Alert, EndReason, IssueAlertName, IssueIncident } from './incident.ts';
import { type EventInput, type IssueRules, raisedBy } from './issue-rules.ts';
import { issueLabels } from './labels.ts';

/** What can happen to the incident of one issue. `none` stands for one that never was. */
type AlertState = 'none' | IssueIncident['state'];
type AlertInput = IssueChangeKind | 'quiet';
/**
 * `raise`: a rule may have something to say. `raise or update`: if none has, what is shown is different all the same. `revive`: an end
 * that somebody takes back.
 */
type Effect = 'nothing' | 'raise' | 'raise or update' | 'update' | 'revive' | 'end';

/** All alerts about one issue are one incident, which goes on until the issue is resolved, ignored or quiet. */
const effects: Record<AlertState, Record<AlertInput, Effect>> = {
  none: {
    created: 'raise',
    occurred: 'raise',
    amended: 'raise',
    regressed: 'raise',
    escalated: 'raise',
    returned: 'raise',
    reopened: 'nothing',
    acknowledged: 'nothing',
    resolved: 'nothing',
    ignored: 'nothing',
    quiet: 'nothing',
  },
  firing: {
    created: 'raise or update',
    occurred: 'raise or update',
    amended: 'raise or update',
    regressed: 'raise or update',
    escalated: 'raise or update',
    returned: 'raise or update',
    reopened: 'update',
    acknowledged: 'update',
    resolved: 'end',
    ignored: 'end',
    quiet: 'end',
  },
  ended: {
    created: 'raise',
    occurred: 'raise',
    amended: 'raise',
    regressed: 'raise',
    escalated: 'raise',
    returned: 'raise',
    reopened: 'revive',
    acknowledged: 'nothing',
    resolved: 'nothing',
    ignored: 'nothing',
    quiet: 'nothing',
  },
};

/** Who was told of an incident just now reads how bad it is when they look: a failure is often known to be worse with what comes after it. */
const firstReadMillis = 30_000;

/** Of all alerts that there ever were about one issue, the last. */
const mostAlerts = 20;

/** The incident after an input, or undefined if nothing is different for people. */
export function nextIncident(
  incident: IssueIncident | undefined,
  input: AlertInput,
  issue: Issue,
  now: number,
  rules: IssueRules,
): IssueIncident | undefined {
  const effect = effects[incident?.state ?? 'none'][input];
  switch (effect) {
    case 'raise':
    case 'raise or update': {
      const names = raisedBy(input as EventInput, issue, incident, rules);
      if (names.length > 0) return withOutcome(raised(incident, names, issue, now));
      return effect === 'raise' ? undefined : incident && updated(incident, issue, now);
    }
    case 'update':
      return incident && updated(incident, issue, now);
    case 'revive':
      return incident && revived(incident, issue, now);
    case 'end':
      return incident && ended(incident, issue, endReasonOf(input), now);
    case 'nothing':
      return undefined;
  }
}

function endReasonOf(input: AlertInput): EndReason {
  return input === 'resolved' || input === 'ignored' ? input : 'quiet';
}

/** One that has ended begins anew: it is the same incident, so that people find what was said of it. */
function raised(
  incident: IssueIncident | undefined,
  names: readonly IssueAlertName[],
  issue: Issue,
  now: number,
): IssueIncident {
  const revision = (incident?.revision ?? 0) + 1;
  const [alertname] = names as [IssueAlertName];
  const before = incident?.alerts ?? [];
  const isRaised = (alert: Alert<IssueAlertName>): boolean =>
    alert.endsAt === undefined && names.includes(alert.alertname);
  const alerts = names.map((alertname): Alert<IssueAlertName> => {
    const same = before.find((alert) => isRaised(alert) && alert.alertname === alertname);
    return { alertname, startsAt: same?.startsAt ?? now, endsAt: undefined, revision };
  });
  return {
    key: incident?.key ?? incidentKey(issue),
    alertname,
    ...shown({ alertname }, issue),
    alerts: [...before.filter((alert) => !isRaised(alert)), ...alerts].slice(-mostAlerts),
    toldSwallowed: issue.swallowed || incident?.toldSwallowed === true,
    ...(incident?.state === 'firing' && incident.deployment && { deployment: incident.deployment }),
    state: 'firing',
    revision,
    stateRevision: revision,
    startsAt: incident?.state === 'firing' ? incident.startsAt : now,
    lastHeardAt: now,
    endsAt: undefined,
    endReason: undefined,
  };
}

/** What an incident shows of its issue as it is now. */
function shown(
  { alertname }: Pick<IssueIncident, 'alertname'>,
  issue: Issue,
): Pick<IssueIncident, 'issue' | 'severity' | 'labels'> {
  return { issue, severity: issue.severity, labels: issueLabels(alertname, issue) };
}

/** Somebody says that it goes on after all: what fired when it was said to be over fires again, which is news to nobody. */
function revived(incident: IssueIncident, issue: Issue, now: number): IssueIncident | undefined {
  if (incident.endReason === 'quiet') return undefined;
  const revision = incident.revision + 1;
  const alerts = incident.alerts.map((alert) =>
    alert.endsAt === incident.endsAt ? { ...alert, endsAt: undefined } : alert,
  );
  const state = 'firing' as const;
  const goesOn = { state, revision, stateRevision: revision, endsAt: undefined, endReason: undefined };
  return { ...incident, ...goesOn, ...shown(incident, issue), alerts, lastHeardAt: now };
}

function updated(incident: IssueIncident, issue: Issue, now: number): IssueIncident {
  const revision = incident.revision + 1;
  const next = withOutcome({ ...incident, ...shown(incident, issue), revision, lastHeardAt: now });
  const isWorse = severities.indexOf(next.severity) > severities.indexOf(incident.severity);
  const age = now - incident.startsAt;
  // Younger than new: the clock was set back, and nothing is known of when it was read.
  if (!isWorse || (age >= 0 && age < firstReadMillis)) return next;
  const { severity: from, worsened: before } = incident;
  return { ...next, stateRevision: revision, worsened: { from, revision, ...(before && { before }) } };
}

function ended(incident: IssueIncident, issue: Issue, endReason: EndReason, now: number): IssueIncident {
  const revision = incident.revision + 1;
  const alerts = incident.alerts.map((alert) => ({ ...alert, endsAt: alert.endsAt ?? now }));
  return {
    ...incident,
    ...shown(incident, issue),
    alerts,
    state: 'ended',
    revision,
    stateRevision: revision,
    endsAt: now,
    endReason,
  };
}

/** Every alert about one issue is one incident, whatever rule gave it. */
function incidentKey(issue: Issue): string {
  return createHash('sha256').update(`issue:${issue.id}`).digest('hex').slice(0, 32);
}
