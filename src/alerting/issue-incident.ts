import { createHash } from 'node:crypto';
import type { Issue, IssueChangeKind } from '../issues/issue.ts';
import type { Alert, AlertName, EndReason, Incident } from './incident.ts';
import { type IssueRules, raisedBy } from './issue-rules.ts';

/** What can happen to the incident of one issue. `none` stands for one that never was. */
type AlertState = 'none' | Incident['state'];
type AlertInput = IssueChangeKind | 'quiet';
/** `raise`: a rule may have something to say. `update`: if none has, what is shown is different all the same. */
type Effect = 'nothing' | 'raise' | 'update' | 'end';

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
    created: 'update',
    occurred: 'update',
    amended: 'update',
    regressed: 'update',
    escalated: 'update',
    returned: 'update',
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
    reopened: 'nothing',
    acknowledged: 'nothing',
    resolved: 'nothing',
    ignored: 'nothing',
    quiet: 'nothing',
  },
};

/** The rules that may have something to say, the strongest first. What people did themselves, none has to tell them. */
const candidates: Record<AlertInput, readonly AlertName[]> = {
  created: ['NewIssue', 'SwallowedFailure'],
  occurred: ['NewIssue', 'SwallowedFailure'],
  amended: ['NewIssue', 'SwallowedFailure'],
  regressed: ['IssueRegressed', 'SwallowedFailure'],
  escalated: ['IssueEscalating', 'SwallowedFailure'],
  returned: ['IssueEscalating', 'SwallowedFailure'],
  reopened: [],
  acknowledged: [],
  resolved: [],
  ignored: [],
  quiet: [],
};

/** Of all alerts that there ever were about one issue, the last. */
const mostAlerts = 20;

/** The incident after an input, or undefined if nothing is different for people. */
export function nextIncident(
  incident: Incident | undefined,
  input: AlertInput,
  issue: Issue,
  now: number,
  rules: IssueRules,
): Incident | undefined {
  const effect = effects[incident?.state ?? 'none'][input];
  switch (effect) {
    case 'raise':
    case 'update': {
      const alertname = raisedBy(candidates[input], issue, incident, rules);
      if (alertname !== undefined) return raised(incident, alertname, issue, now);
      return effect === 'update' && incident !== undefined ? updated(incident, issue, now) : undefined;
    }
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
function raised(incident: Incident | undefined, alertname: AlertName, issue: Issue, now: number): Incident {
  const revision = (incident?.revision ?? 0) + 1;
  const [others, same] = apart(incident?.alerts ?? [], alertname);
  const alert: Alert = { alertname, startsAt: same?.startsAt ?? now, endsAt: undefined, revision };
  return {
    key: incident?.key ?? incidentKey(issue),
    alertname,
    alerts: [...others, alert].slice(-mostAlerts),
    state: 'firing',
    revision,
    stateRevision: revision,
    startsAt: incident?.state === 'firing' ? incident.startsAt : now,
    lastHeardAt: now,
    endsAt: undefined,
    endReason: undefined,
    issue,
  };
}

/** @returns the alerts without that of the rule if it fires, and that one */
function apart(alerts: readonly Alert[], alertname: AlertName): [others: Alert[], same: Alert | undefined] {
  const isSame = (alert: Alert): boolean => alert.alertname === alertname && alert.endsAt === undefined;
  return [alerts.filter((alert) => !isSame(alert)), alerts.find(isSame)];
}

function updated(incident: Incident, issue: Issue, now: number): Incident {
  return { ...incident, revision: incident.revision + 1, lastHeardAt: now, issue };
}

function ended(incident: Incident, issue: Issue, endReason: EndReason, now: number): Incident {
  const revision = incident.revision + 1;
  const alerts = incident.alerts.map((alert) => ({ ...alert, endsAt: alert.endsAt ?? now }));
  return {
    ...incident,
    alerts,
    state: 'ended',
    revision,
    stateRevision: revision,
    endsAt: now,
    endReason,
    issue,
  };
}

/** Every alert about one issue is one incident, whatever rule gave it. */
function incidentKey(issue: Issue): string {
  return createHash('sha256').update(`issue:${issue.id}`).digest('hex').slice(0, 32);
}
