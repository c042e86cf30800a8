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
  const isLatest = event.time >= issue.lastSeen;
  const state = stateAfter(issue, event);
  const updated: Issue = {
    ...issue,
    ...(isLatest ? latestFacts(event) : {}),
    state,
    severity: moreSevere(issue.severity, event.severity),
    count: issue.count + 1,
    firstSeen: Math.min(issue.firstSeen, event.time),
    lastSeen: Math.max(issue.lastSeen, event.time),
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
function stateAfter(issue: Issue, event: ErrorEvent): IssueState {
  if (issue.state === 'resolved' && event.time <= (issue.resolvedAt ?? 0)) return 'resolved';
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
