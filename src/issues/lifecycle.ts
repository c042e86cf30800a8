import type { ErrorEvent } from '../errors/error-event.ts';
import { moreSevere } from '../errors/severity.ts';
import { issueId, shortIssueId } from './identity.ts';
import type { Issue, IssueChangeKind, IssueState } from './issue.ts';

/** How many calls of the user's own code an issue shows. */
const framesShown = 3;

type IssueInput = 'occurrence' | 'resolution';

/** Every state under every input: a state that is added must say here what becomes of it. */
const transitions: Record<IssueState, Record<IssueInput, IssueState>> = {
  new: { occurrence: 'new', resolution: 'resolved' },
  ongoing: { occurrence: 'ongoing', resolution: 'resolved' },
  escalating: { occurrence: 'escalating', resolution: 'resolved' },
  resolved: { occurrence: 'regressed', resolution: 'resolved' },
  regressed: { occurrence: 'regressed', resolution: 'resolved' },
  ignored: { occurrence: 'ignored', resolution: 'resolved' },
};

export interface Applied {
  issue: Issue;
  kind: IssueChangeKind;
}

/** The issue after one more event, and what that did to it. Pure, since it runs inside the store's transaction. */
export function applyEvent(issue: Issue | undefined, event: ErrorEvent): Applied {
  if (issue === undefined) return { issue: firstSight(event), kind: 'created' };
  const { issue: counted, kind } = applyCounted(issue, event);
  const isLatest = event.time >= issue.lastSeen;
  const severity = moreSevere(issue.severity, event.severity);
  const expected = issue.expected && event.expected;
  return { issue: { ...counted, ...(isLatest ? latestFacts(event) : {}), severity, expected }, kind };
}

/** The same for an event of which no more is known than that it was. */
export function applyCounted(issue: Issue, event: Pick<ErrorEvent, 'time' | 'version'>): Applied {
  const { time, version } = event;
  const state = stateAfter(issue, time);
  const updated: Issue = {
    ...issue,
    state,
    count: issue.count + 1,
    firstSeen: Math.min(issue.firstSeen, time),
    lastSeen: Math.max(issue.lastSeen, time),
    lastVersion: time >= issue.lastSeen ? version : issue.lastVersion,
  };
  return {
    issue: updated,
    kind: state === 'regressed' && issue.state === 'resolved' ? 'regressed' : 'occurred',
  };
}

export function applyResolution(issue: Issue, by: string, at: number): Issue {
  return { ...issue, state: transitions[issue.state].resolution, resolvedAt: at, resolvedBy: by };
}

/** An event from before the resolution that only now arrived is part of what was resolved. */
function stateAfter(issue: Issue, time: number): IssueState {
  if (issue.state === 'resolved' && time <= (issue.resolvedAt ?? 0)) return 'resolved';
  return transitions[issue.state].occurrence;
}

function firstSight(event: ErrorEvent): Issue {
  const id = issueId(event.service, event.environment, event.fingerprint);
  return {
    id,
    shortId: shortIssueId(event.service, id),
    service: event.service,
    environment: event.environment,
    fingerprint: event.fingerprint,
    type: event.type,
    class: event.class,
    severity: event.severity,
    expected: event.expected,
    state: 'new',
    count: 1,
    firstSeen: event.time,
    lastSeen: event.time,
    firstVersion: event.version,
    resolvedAt: undefined,
    resolvedBy: undefined,
    ...latestFacts(event),
  };
}

function latestFacts(
  event: ErrorEvent,
): Pick<Issue, 'message' | 'operation' | 'component' | 'frames' | 'lastVersion'> {
  const inApp = event.frames.filter((frame) => frame.inApp);
  return {
    message: event.message,
    operation: event.operation,
    component: event.component,
    frames: inApp.slice(0, framesShown),
    lastVersion: event.version,
  };
}
