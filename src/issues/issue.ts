import type { ErrorClass, Frame, Severity } from '../errors/error-event.ts';

export const issueStates = ['new', 'ongoing', 'escalating', 'resolved', 'regressed', 'ignored'] as const;
export type IssueState = (typeof issueStates)[number];
/** Neither resolved nor ignored. */
export const openIssueStates = [
  'new',
  'ongoing',
  'escalating',
  'regressed',
] as const satisfies readonly IssueState[];

/** All error events with one fingerprint in one service and environment. Times are milliseconds since the Unix epoch. */
export interface Issue {
  /** Made of service, environment and fingerprint, so that it is the same wherever and whenever it is computed. */
  id: string;
  /** For people to say and type: `CHECKOUT-7G3K2M`. */
  shortId: string;
  service: string;
  environment: string;
  fingerprint: string;
  type: string;
  /** The message of the last event. */
  message: string;
  /** The operation and the calls of the user's own code in the last event. */
  operation: string;
  component: string;
  frames: readonly Frame[];
  /** The worst that was seen. */
  severity: Severity;
  /** Of how many of its events the severity is not settled yet, and the worst that one of them may have. */
  held: number;
  heldSeverity: Severity | undefined;
  /** One of its failures at least was swallowed. */
  swallowed: boolean;
  /** Of the last event of which one is known. */
  likelyCause: string | undefined;
  /** All of its events were business as usual. */
  expected: boolean;
  class: ErrorClass;
  state: IssueState;
  count: number;
  /** How many different users it happened to, and on how many pods; estimates where they are many. */
  users: number;
  pods: number;
  firstSeen: number;
  lastSeen: number;
  firstVersion: string;
  /** When that version was first heard of, by whatever telemetry; undefined if it is not known. */
  firstVersionAt?: number | undefined;
  lastVersion: string;
  /** The last time it was resolved, and by whom. */
  resolvedAt: number | undefined;
  resolvedBy: string | undefined;
  /** What is mended is in no version that had been seen by then: until another comes, it goes on. */
  resolvedInNextVersion: boolean;
  /** Somebody looks after it, until it comes back. */
  acknowledgedAt: number | undefined;
  acknowledgedBy: string | undefined;
  /** Only while it is ignored: until when, or until it has so many events; neither is for ever. */
  ignoredUntil: number | undefined;
  ignoredUntilCount: number | undefined;
  /** … or until it escalates. */
  ignoredUntilEscalating?: boolean | undefined;
}

/** What happened to an issue; the strongest of what one batch did to it. */
export const issueChangeKinds = [
  'created',
  'regressed',
  'escalated',
  'returned',
  'occurred',
  'amended',
  'resolved',
  'reopened',
  'acknowledged',
  'ignored',
] as const;
export type IssueChangeKind = (typeof issueChangeKinds)[number];

/**
 * A row written in the transaction that changed the issue. Alerting reads them in order from a cursor of its own, so that
 * a crash between the two loses nothing and repeats nothing.
 */
export interface IssueChange {
  seq: number;
  kind: IssueChangeKind;
  issueId: string;
  at: number;
}
