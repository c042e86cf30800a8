import type { ErrorEvent } from '../errors/error-event.ts';
import { moreSevere } from '../errors/severity.ts';
import { type EventRate, isCalm, isEscalating } from './escalation.ts';
import { issueId, shortIssueId } from './identity.ts';
import type { Issue, IssueChangeKind, IssueState } from './issue.ts';
import { ActionRefused, type IssueAction } from './issue-action.ts';
import type { Amendment } from './issue-store.ts';
import { otherFacts } from './other-issue.ts';

/** How many calls of the user's own code an issue shows. */
const framesShown = 3;

type IssueInput = 'occurrence' | 'rise' | 'calm' | IssueAction['kind'];

/** Every state under every input: a state that is added must say here what becomes of it. */
const transitions: Record<IssueState, Record<IssueInput, IssueState>> = {
  new: {
    occurrence: 'new',
    rise: 'escalating',
    calm: 'new',
    acknowledge: 'ongoing',
    resolve: 'resolved',
    reopen: 'new',
    ignore: 'ignored',
  },
  ongoing: {
    occurrence: 'ongoing',
    rise: 'escalating',
    calm: 'ongoing',
    acknowledge: 'ongoing',
    resolve: 'resolved',
    reopen: 'ongoing',
    ignore: 'ignored',
  },
  escalating: {
    occurrence: 'escalating',
    rise: 'escalating',
    calm: 'ongoing',
    acknowledge: 'ongoing',
    resolve: 'resolved',
    reopen: 'escalating',
    ignore: 'ignored',
  },
  resolved: {
    occurrence: 'regressed',
    rise: 'resolved',
    calm: 'resolved',
    acknowledge: 'resolved',
    resolve: 'resolved',
    reopen: 'ongoing',
    ignore: 'ignored',
  },
  regressed: {
    occurrence: 'regressed',
    rise: 'escalating',
    calm: 'regressed',
    acknowledge: 'ongoing',
    resolve: 'resolved',
    reopen: 'regressed',
    ignore: 'ignored',
  },
  ignored: {
    occurrence: 'ignored',
    rise: 'ignored',
    calm: 'ignored',
    acknowledge: 'ignored',
    resolve: 'resolved',
    reopen: 'ongoing',
    ignore: 'ignored',
  },
};

export interface Applied {
  issue: Issue;
  kind: IssueChangeKind;
}

/** What an event says that is only counted, and what is known of its version. */
export interface Occurrence extends Pick<ErrorEvent, 'time' | 'version'> {
  /** Whether the app's version was first seen after this time. */
  isVersionNewSince: (time: number) => boolean;
}

/** The issue after one more event, and what that did to it. Pure, since it runs inside the store's transaction. */
export function applyEvent(
  issue: Issue | undefined,
  event: ErrorEvent,
  isVersionNewSince: Occurrence['isVersionNewSince'] = () => true,
): Applied {
  if (issue === undefined) return { issue: firstSight(event), kind: 'created' };
  const { time, version } = event;
  const { issue: counted, kind } = applyCounted(issue, { time, version, isVersionNewSince });
  const isLatest = time >= issue.lastSeen;
  const updated: Issue = {
    ...counted,
    ...(isLatest ? latestFacts(event) : {}),
    severity: moreSevere(issue.severity, event.severity),
    ...heldWith(issue, event.held),
    swallowed: issue.swallowed || event.swallowed !== undefined,
    likelyCause: (isLatest ? event.likelyCause : undefined) ?? issue.likelyCause,
    expected: issue.expected && event.expected,
  };
  return { issue: updated, kind };
}

/** The issue with what was learnt of one of its events. @param wasHeld whether the severity of that event was */
export function applyAmendment(issue: Issue, amendment: Amendment, wasHeld: boolean): Issue {
  const { severity, swallowed, likelyCause } = amendment;
  const held = wasHeld && severity !== undefined ? Math.max(0, issue.held - 1) : issue.held;
  return {
    ...issue,
    severity: severity === undefined ? issue.severity : moreSevere(issue.severity, severity),
    held,
    heldSeverity: held === 0 ? undefined : issue.heldSeverity,
    swallowed: issue.swallowed || swallowed !== undefined,
    likelyCause: likelyCause ?? issue.likelyCause,
  };
}

/** The issue when nothing more will be heard of events whose severity was held: nobody says that it was not for the worst. */
export function settleHeld(issue: Issue): Issue {
  const { severity, heldSeverity = severity } = issue;
  return { ...issue, severity: moreSevere(severity, heldSeverity), held: 0, heldSeverity: undefined };
}

function heldWith(
  { held, heldSeverity }: Pick<Issue, 'held' | 'heldSeverity'>,
  more: ErrorEvent['held'],
): Pick<Issue, 'held' | 'heldSeverity'> {
  if (more === undefined) return { held, heldSeverity };
  return { held: held + 1, heldSeverity: moreSevere(heldSeverity ?? more, more) };
}

/** The same for an event of which no more is known than that it was. */
export function applyCounted(issue: Issue, occurrence: Occurrence): Applied {
  const { time, version } = occurrence;
  const state = stateAfter(issue, occurrence);
  const isBack = state !== issue.state;
  const updated: Issue = {
    ...issue,
    ...(isBack ? nobodyAtWork : {}),
    state,
    count: issue.count + 1,
    firstSeen: Math.min(issue.firstSeen, time),
    lastSeen: Math.max(issue.lastSeen, time),
    lastVersion: time >= issue.lastSeen ? version : issue.lastVersion,
  };
  if (!isBack) return { issue: updated, kind: 'occurred' };
  return { issue: updated, kind: state === 'regressed' ? 'regressed' : 'returned' };
}

/** The issue as its rate makes it; the same object if that makes no difference. */
export function applyRate(issue: Issue, rate: EventRate, at: number): Issue {
  const { state } = issue;
  if (state === 'escalating') return isCalm(rate) ? { ...issue, state: transitions[state].calm } : issue;
  if (isAtWork(issue, at) || !isEscalating(rate, issue.firstSeen, at)) return issue;
  const isHeardAgain = state === 'ignored' && issue.ignoredUntilEscalating === true;
  const next = isHeardAgain ? 'escalating' : transitions[state].rise;
  return next === state ? issue : { ...issue, ...nobodyAtWork, state: next };
}

/** Somebody knows of the rise, until its hours are history. */
function isAtWork({ acknowledgedAt }: Issue, at: number): boolean {
  return acknowledgedAt !== undefined && at - acknowledgedAt < riseMillis;
}

/** Of the hour that runs and the one before. */
const riseMillis = 2 * 3_600_000;

/**
 * The issue after somebody has done something to it; the same object if that was done already.
 * @throws ActionRefused
 */
export function applyAction(issue: Issue, action: IssueAction, by: string, at: number): Issue {
  if (isDone(issue, action)) return issue;
  const changed = { ...issue, state: transitions[issue.state][action.kind] };
  switch (action.kind) {
    case 'acknowledge':
      return { ...changed, acknowledgedAt: at, acknowledgedBy: by };
    case 'resolve':
      if (action.inNextVersion && issue.lastVersion === '')
        throw new ActionRefused('its events have no version, so that there can be no next one');
      return {
        ...changed,
        ...ignoredNoMore,
        resolvedAt: at,
        resolvedBy: by,
        resolvedInNextVersion: action.inNextVersion,
      };
    case 'reopen':
      return { ...changed, ...ignoredNoMore };
    case 'ignore':
      return {
        ...changed,
        ignoredUntil: action.until,
        ignoredUntilCount: action.moreEvents === undefined ? undefined : issue.count + action.moreEvents,
        ignoredUntilEscalating: action.untilEscalating,
      };
  }
}

function isDone({ state, acknowledgedAt, resolvedInNextVersion }: Issue, action: IssueAction): boolean {
  switch (action.kind) {
    case 'acknowledge':
      return acknowledgedAt !== undefined;
    case 'resolve':
      return state === 'resolved' && resolvedInNextVersion === action.inNextVersion;
    case 'reopen':
      return state !== 'resolved' && state !== 'ignored';
    case 'ignore':
      return false;
  }
}

const ignoredNoMore = {
  ignoredUntil: undefined,
  ignoredUntilCount: undefined,
  ignoredUntilEscalating: undefined,
};
const nobodyAtWork = { ...ignoredNoMore, acknowledgedAt: undefined, acknowledgedBy: undefined };

function stateAfter(issue: Issue, { time, isVersionNewSince }: Occurrence): IssueState {
  const { state } = issue;
  if (state === 'resolved') {
    const resolvedAt = issue.resolvedAt ?? 0;
    // An event from before the resolution that only now arrived is part of what was resolved.
    if (time <= resolvedAt) return 'resolved';
    if (issue.resolvedInNextVersion && !isVersionNewSince(resolvedAt)) return 'resolved';
  }
  if (state === 'ignored' && isIgnoredNoMore(issue, time)) return 'ongoing';
  return transitions[state].occurrence;
}

function isIgnoredNoMore({ ignoredUntil, ignoredUntilCount, count }: Issue, time: number): boolean {
  if (ignoredUntil !== undefined && time > ignoredUntil) return true;
  return ignoredUntilCount !== undefined && count >= ignoredUntilCount;
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
    ...heldWith({ held: 0, heldSeverity: undefined }, event.held),
    swallowed: event.swallowed !== undefined,
    likelyCause: event.likelyCause,
    expected: event.expected,
    state: 'new',
    count: 1,
    users: 0,
    pods: 0,
    firstSeen: event.time,
    lastSeen: event.time,
    firstVersion: event.version,
    resolvedAt: undefined,
    resolvedBy: undefined,
    resolvedInNextVersion: false,
    ...nobodyAtWork,
    ...latestFacts(event),
    ...otherFacts(event),
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
