import { createHash } from 'node:crypto';
import { severities } from '../errors/error-event.ts';
import type { Issue, IssueChangeKind } from '../issues/issue.ts';
import type { EndReason, Incident } from './incident.ts';

/** What can happen to the alert of one issue. `none` stands for an alert that never fired. */
type AlertState = 'none' | Incident['state'];
type AlertInput = IssueChangeKind | 'quiet';
type Effect = 'nothing' | 'fire' | 'update' | 'end';

/**
 * The rule NewIssue: an issue that was not there before and is severe enough. It never repeats: once it has ended, further
 * events of that issue are no news.
 */
const effects: Record<AlertState, Record<AlertInput, Effect>> = {
  none: {
    created: 'fire',
    occurred: 'fire',
    amended: 'fire',
    regressed: 'nothing',
    escalated: 'nothing',
    returned: 'nothing',
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
    created: 'nothing',
    occurred: 'nothing',
    amended: 'nothing',
    regressed: 'nothing',
    escalated: 'nothing',
    returned: 'nothing',
    reopened: 'nothing',
    acknowledged: 'nothing',
    resolved: 'nothing',
    ignored: 'nothing',
    quiet: 'nothing',
  },
};

export interface NewIssueRule {
  /** The least severity that alerts. */
  severity: Issue['severity'];
  /** Without an event for this long, the incident is over. */
  quietMillis: number;
}

export const newIssueDefaults: NewIssueRule = { severity: 'high', quietMillis: 30 * 60_000 };

/** The incident after an input, or undefined if nothing is different for people. */
export function nextIncident(
  incident: Incident | undefined,
  input: AlertInput,
  issue: Issue,
  now: number,
  rule: NewIssueRule,
): Incident | undefined {
  const effect = effects[incident?.state ?? 'none'][input];
  switch (effect) {
    case 'fire':
      return qualifies(issue, rule) ? firing(issue, now) : undefined;
    case 'update':
      return incident && { ...incident, revision: incident.revision + 1, lastHeardAt: now, issue };
    case 'end':
      return incident && ended(incident, issue, endReasonOf(input), now);
    case 'nothing':
      return undefined;
  }
}

function endReasonOf(input: AlertInput): EndReason {
  return input === 'resolved' || input === 'ignored' ? input : 'quiet';
}

/** An issue that grew severe enough after it was created is as new to people as one that began so. */
function qualifies(issue: Issue, rule: NewIssueRule): boolean {
  if (issue.expected) return false;
  return issue.state === 'new' && severities.indexOf(issue.severity) >= severities.indexOf(rule.severity);
}

function firing(issue: Issue, now: number): Incident {
  return {
    key: incidentKey(issue),
    alertname: 'NewIssue',
    state: 'firing',
    revision: 1,
    stateRevision: 1,
    startsAt: now,
    lastHeardAt: now,
    endsAt: undefined,
    endReason: undefined,
    issue,
  };
}

function ended(incident: Incident, issue: Issue, endReason: EndReason, now: number): Incident {
  const revision = incident.revision + 1;
  return { ...incident, state: 'ended', revision, stateRevision: revision, endsAt: now, endReason, issue };
}

/** Every alert about one issue is one incident, whatever rule gave it. */
function incidentKey(issue: Issue): string {
  return createHash('sha256').update(`issue:${issue.id}`).digest('hex').slice(0, 32);
}
