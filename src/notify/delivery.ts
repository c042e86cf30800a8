import type { Incident } from '../alerting/incident.ts';
import type { Grouping } from '../alerting/routing/grouping.ts';
import type { TimelineEntry } from '../alerting/timeline.ts';
import type { Fallback, FallbackOf } from './fallback.ts';
import type { Outcome, Reference } from './receiver.ts';
import type { SentMessage } from './sent-message.ts';

/**
 * What one receiver should show of one incident, and what it does show. Notifying is the work of making the two agree;
 * there is no queue of messages. Times are milliseconds since the Unix epoch.
 *
 *   wanted  3 ─────────────┐  rises with the incident, also while nothing can be sent
 *   shown   1 ──▶ edit ──▶ 3  the revisions between were never needed
 */
export interface Delivery {
  receiver: string;
  incident: Incident;
  /** Since when something is to be shown that is not; what was held counts from when it no longer was. */
  wantedSince: number;
  /** Revision of the incident that is shown; 0 = nothing yet. */
  shownRevision: number;
  reference: Reference | undefined;
  /** Edits made so far. */
  edits: number;
  /** How often it was shown anew because what was shown was gone. */
  reposts: number;
  /** Failed or refused tries since the last that worked. */
  failures: number;
  /** The last try; 0 = never. */
  triedAt: number;
  /** It was told of in a digest, and has no message of its own. */
  inDigest: boolean;
  /** Key of the incident in whose message it was told, as one of its group; `inDigest` is true then as well. */
  toldIn?: string;
  /** Together with what, and when, it is shown; undefined: by itself, and at once. */
  grouping?: Grouping;
  /** Nothing is new, and it is told again that it fires: when people heard of it before. Milliseconds since the Unix epoch. */
  repeatOf?: number;
  /** In whose place it is told here; undefined: by its own routes. */
  fallbackOf?: FallbackOf | undefined;
}

/** What is stored after a try. */
export interface Settlement {
  receiver: string;
  incidentKey: string;
  shownRevision: number;
  reference: Reference | undefined;
  edits: number;
  reposts: number;
  failures: number;
  /** No try before this. */
  retryAt: number;
  /** A change that is not one of state waits until then. */
  editNotBefore: number;
  /** It is told of in a digest. */
  inDigest: boolean;
  /** When people heard of it; absent: they were not disturbed. */
  loudAt?: number;
  lastError: string | undefined;
  /** What is noted of it in the timeline of the incident. */
  timeline?: readonly TimelineEntry[];
  /** What was sent. */
  message?: SentMessage;
  /** Who is told instead, from when on. */
  fallback?: Fallback & { at: number };
}

/** Delays in milliseconds between a post and its edits: soon at first, then at an even pace. */
const editGapsMillis = [5_000, 10_000, 20_000, 40_000];
const longestEditGapMillis = 45_000;

/** @param edits made so far */
export function editGapMillis(edits: number): number {
  return editGapsMillis[edits] ?? longestEditGapMillis;
}

const firstRetryMillis = 1_000;
const longestRetryMillis = 60_000;
/** A receiver whose set-up is wrong is asked again after this. */
export const refusedPauseMillis = 60_000;
/** No try is put off for longer, whatever a receiver asks for. */
export const longestPauseMillis = 15 * 60_000;

/** What is stored about a delivery after its try at `incident.revision` came to this outcome. */
export function settle(delivery: Delivery, outcome: Outcome, now: number, jitter: number): Settlement {
  const { shownRevision, reference, edits, reposts, failures } = delivery;
  const idle = { ...sameAs(delivery), retryAt: now, editNotBefore: now };
  switch (outcome.kind) {
    case 'delivered': {
      const isFirst = shownRevision === 0 && reposts === 0;
      const shown = reached(delivery, isFirst ? 0 : edits + 1, now);
      const kept = outcome.reference ?? reference;
      return { ...idle, ...shown, reference: kept, failures: 0, lastError: undefined };
    }
    case 'rejected':
      return { ...idle, ...reached(delivery, edits + 1, now), lastError: outcome.reason };
    case 'throttled':
      return { ...idle, retryAt: now + throttleMillis(outcome), lastError: 'throttled' };
    case 'failed':
      return { ...idle, ...putOff(delivery, now, jitter), lastError: outcome.reason };
    case 'refused':
      // Twice the receiver's pause: the next one to be tried is another, which may be taken.
      return {
        ...idle,
        failures: failures + 1,
        retryAt: now + 2 * refusedPauseMillis,
        lastError: outcome.reason,
      };
    case 'gone':
      return { ...idle, ...lost(delivery, now, jitter), lastError: outcome.reason };
  }
}

function sameAs(delivery: Delivery): Omit<Settlement, 'retryAt' | 'editNotBefore' | 'lastError'> {
  const { receiver, incident, shownRevision, reference, edits, reposts, failures, inDigest } = delivery;
  return {
    receiver,
    incidentKey: incident.key,
    shownRevision,
    reference,
    edits,
    reposts,
    failures,
    inDigest,
  };
}

/** What was told of in a digest and is news again is told by itself, if there is room for it. */
export function outOfDigest(delivery: Delivery, now: number): Settlement {
  return {
    ...sameAs(delivery),
    shownRevision: 0,
    reference: undefined,
    inDigest: false,
    retryAt: now,
    editNotBefore: now,
    lastError: undefined,
  };
}

type Changes = Partial<Omit<Settlement, 'reference'>> & { reference?: Reference | undefined };

function reached({ incident }: Delivery, edits: number, now: number): Changes {
  return { shownRevision: incident.revision, edits, editNotBefore: now + editGapMillis(edits) };
}

function putOff({ failures }: Delivery, now: number, jitter: number): Changes {
  return { failures: failures + 1, retryAt: now + retryDelay(failures, jitter) };
}

/**
 * A new state is always shown anew. A mere update is once: where messages cannot be edited at all, or people delete them,
 * each further one would be a message more.
 */
function lost(delivery: Delivery, now: number, jitter: number): Changes {
  const { incident, shownRevision, reference, edits, reposts } = delivery;
  // Nothing was to be edited, so nothing can be gone: not to be tried again and again at once.
  if (reference === undefined) return putOff(delivery, now, jitter);
  if (shownRevision < incident.stateRevision || reposts === 0)
    return { shownRevision: 0, reference: undefined, reposts: reposts + 1 };
  return { ...reached(delivery, edits, now), reference: undefined };
}

/** Milliseconds; what a receiver asks for, within reason. */
export function throttleMillis({ retryAfterMillis }: Extract<Outcome, { kind: 'throttled' }>): number {
  return Math.min(Math.max(retryAfterMillis, firstRetryMillis), longestPauseMillis);
}

/** Milliseconds; doubles with every failure. `jitter`, 0 to 1, takes up to half of it off, so that many do not come back at once. */
export function retryDelay(failures: number, jitter: number): number {
  const delay = Math.min(longestRetryMillis, firstRetryMillis * 2 ** Math.min(failures, 16));
  return delay * (1 - jitter / 2);
}
