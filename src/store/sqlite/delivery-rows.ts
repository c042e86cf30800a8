import { type Delivery, longestPauseMillis } from '../../notify/delivery.ts';
import type { FallbackOf } from '../../notify/fallback.ts';
import type { Reference } from '../../notify/receiver.ts';
import type { Grouping } from '../../alerting/routing/grouping.ts';
import { readIncident } from './alert-tables.ts';

/** What is shown is not what should be. */
export const wanted = 'shown_revision < wanted_revision';
export const pending = `${wanted} AND held_by IS NULL`;

/** Of a delivery and its incident, all that `readDelivery` reads. */
export const deliveryColumns =
  'receiver, document, wanted_since, shown_revision, reference, edits, reposts, failures, tried_at, in_digest, fallback_of, grouping, told_in';

/** Whether it may not be shown for the first time yet; what is shown goes on, whatever its route says now. Later than it may have to wait is none that does: the clock was set back. */
export function isWaiting(now: string): string {
  const longest = ['waitMillis', 'intervalMillis'].map((name) => `ifnull(grouping ->> '$.${name}', 0)`);
  return `(shown_revision = 0 AND wait_until BETWEEN ${now} + 1 AND ${now} + max(${longest.join(', ')}))`;
}

/** It is to be told again after a while though nothing is new, as long as it fires. */
export const canRepeat = `held_by IS NULL AND in_digest = 0 AND loud_at > 0 AND shown_revision > 0
  AND shown_revision >= wanted_revision AND grouping ->> '$.repeatMillis' IS NOT NULL`;

/** Whether a try was put off. One for longer than may be is none: the clock was set back. */
export function isPutOff(due: string, now: string): string {
  return `${due} BETWEEN ${now} + 1 AND ${now} + ${longestPauseMillis}`;
}

export function readDelivery(row: Record<string, unknown>): Delivery {
  const { reference } = row;
  return {
    receiver: String(row['receiver']),
    incident: readIncident(row['document']),
    wantedSince: Number(row['wanted_since']),
    shownRevision: Number(row['shown_revision']),
    reference: typeof reference === 'string' ? (JSON.parse(reference) as Reference) : undefined,
    edits: Number(row['edits']),
    reposts: Number(row['reposts']),
    failures: Number(row['failures']),
    triedAt: Number(row['tried_at']),
    inDigest: row['in_digest'] === 1,
    fallbackOf: readFallback(row),
    ...readGrouping(row),
  };
}

export function readFallback({ fallback_of: written }: Record<string, unknown>): FallbackOf | undefined {
  return typeof written === 'string' ? (JSON.parse(written) as FallbackOf) : undefined;
}

function readGrouping({
  grouping,
  told_in: toldIn,
}: Record<string, unknown>): Pick<Delivery, 'grouping' | 'toldIn'> {
  return {
    ...(typeof grouping === 'string' && { grouping: JSON.parse(grouping) as Grouping }),
    ...(typeof toldIn === 'string' && { toldIn }),
  };
}
