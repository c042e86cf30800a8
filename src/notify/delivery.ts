import type { Incident } from '../alerting/incident.ts';
import type { Outcome, Reference } from './receiver.ts';

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
  /** Revision of the incident that is shown; 0 = nothing yet. */
  shownRevision: number;
  reference: Reference | undefined;
  /** Edits made so far. */
  edits: number;
  /** Failed tries since the last that worked. */
  failures: number;
}

/** What is stored after a try. */
export interface Settlement {
  receiver: string;
  incidentKey: string;
  shownRevision: number;
  reference: Reference | undefined;
  edits: number;
  failures: number;
  /** No try before this. */
  retryAt: number;
  /** A change that is not one of state waits until then. */
  editNotBefore: number;
  lastError: string | undefined;
}

/** Delays in milliseconds between a post and its edits: soon at first, then at an even pace. */
const editGapsMillis = [5_000, 10_000, 20_000, 40_000];
const longestEditGapMillis = 45_000;

const firstRetryMillis = 1_000;
const longestRetryMillis = 60_000;

/** What is stored about a delivery after its try at `incident.revision` came to this outcome. */
export function settle(delivery: Delivery, outcome: Outcome, now: number, jitter: number): Settlement {
  const { receiver, incident, shownRevision, reference, edits, failures } = delivery;
  const base = { receiver, incidentKey: incident.key, shownRevision, reference, edits, failures };
  const idle = { retryAt: now, editNotBefore: now };
  switch (outcome.kind) {
    case 'delivered': {
      const editsMade = shownRevision === 0 ? 0 : edits + 1;
      const editNotBefore = now + (editGapsMillis[editsMade] ?? longestEditGapMillis);
      const shown = {
        shownRevision: incident.revision,
        reference: outcome.reference ?? reference,
        edits: editsMade,
      };
      return { ...base, ...shown, failures: 0, retryAt: now, editNotBefore, lastError: undefined };
    }
    case 'throttled':
      return { ...base, ...idle, retryAt: now + outcome.retryAfterMillis, lastError: 'throttled' };
    case 'failed':
      return {
        ...base,
        ...idle,
        failures: failures + 1,
        retryAt: now + retryDelay(failures, jitter),
        lastError: outcome.reason,
      };
    case 'gone':
      return {
        ...base,
        ...idle,
        shownRevision: 0,
        reference: undefined,
        edits: 0,
        lastError: outcome.reason,
      };
    case 'rejected':
      return { ...base, ...idle, shownRevision: incident.revision, lastError: outcome.reason };
    case 'refused':
      return { ...base, ...idle, lastError: outcome.reason };
  }
}

/** Milliseconds; doubles with every failure. `jitter`, 0 to 1, takes up to half of it off, so that many do not come back at once. */
export function retryDelay(failures: number, jitter: number): number {
  const delay = Math.min(longestRetryMillis, firstRetryMillis * 2 ** Math.min(failures, 16));
  return delay * (1 - jitter / 2);
}
