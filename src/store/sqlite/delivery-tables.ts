import type { StatementSync } from 'node:sqlite';
import type { Delivery, Settlement } from '../../notify/delivery.ts';
import type { Fallback } from '../../notify/fallback.ts';
import type { Page } from '../../issues/issue-store.ts';
import type {
  DeliveryList,
  DeliveryQuery,
  DeliveryRecord,
  DeliveryState,
  DeliveryStore,
  PendingDeliveries,
} from '../../notify/delivery-store.ts';
import type { SentDay, SentQuery } from '../../notify/sent-message.ts';
import type { SynchronousStore } from '../store.ts';
import { readIncident } from './alert-tables.ts';
import type { ChannelTable } from './channel-table.ts';
import { type DryRunTable, keepTold } from './dry-run-table.ts';
import { FallbackTable } from './fallback-table.ts';
import { SentTable } from './sent-table.ts';
import type { Database } from './database.ts';
import {
  canRepeat,
  deliveryColumns,
  isPutOff,
  isWaiting,
  pending,
  readDelivery,
  readFallback,
  wanted,
} from './delivery-rows.ts';
import { pageOf, Selection } from './selection.ts';
import { TimelineTable } from './timeline-table.ts';

/** When something is to be shown: a new state as soon as a try is allowed, anything else when edits are due again. */
const dueAt = 'max(retry_at, iif(shown_revision < state_revision, 0, edit_not_before))';
const stateOf = `iif(${wanted}, iif(held_by IS NULL, 'pending', 'held'), 'shown')`;

/** Has a message, or there is room for one: its parameter says so. */
const mayBeShown = '(shown_revision > 0 OR (?2 AND in_digest = 0))';

/** Why it is told anew. */
const overThere = 'the alert in whose message it was told is over';

/** What each receiver should show of each incident, and what it does show. */
export class DeliveryTables
  implements
    Omit<Pick<SynchronousStore, keyof (DeliveryStore & DeliveryList)>, keyof (ChannelTable & DryRunTable)>
{
  private readonly database: Database;
  private readonly timelines: TimelineTable;
  private readonly sent: SentTable;
  private readonly fallbacks: FallbackTable;
  private readonly selectDue: StatementSync;
  private readonly selectRepeats: StatementSync;
  private readonly selectNext: StatementSync;
  private readonly selectNextRepeat: StatementSync;
  private readonly updateClaim: StatementSync;
  private readonly updateSettled: StatementSync;
  private readonly updatePauses: StatementSync;
  private readonly selectPending: StatementSync;
  private readonly updateRetried: StatementSync;
  private readonly updateReleased: StatementSync;
  private readonly selectOne: StatementSync;
  private readonly selectThere: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.timelines = new TimelineTable(database);
    this.sent = new SentTable(database);
    this.fallbacks = new FallbackTable(database);
    this.selectDue = database.prepare(`
      SELECT ${deliveryColumns} FROM deliveries JOIN incidents ON incidents.key = deliveries.incident_key
      WHERE receiver = ?1 AND ${pending} AND ${mayBeShown} AND NOT (${isPutOff(dueAt, '?3')}) AND NOT (${isWaiting('?3')})
      ORDER BY iif(tried_at < ?4, 0, tried_at), shown_revision < state_revision DESC, severity_rank DESC, wanted_since LIMIT ?5`);
    this.selectRepeats = database.prepare(`
      SELECT ${deliveryColumns}, loud_at FROM deliveries INDEXED BY deliveries_grouped JOIN incidents ON incidents.key = deliveries.incident_key
      WHERE receiver = ?1 AND grouping IS NOT NULL AND ${canRepeat} AND state = 'firing' AND NOT (${isPutOff('retry_at', '?2')})
        AND loud_at NOT BETWEEN ?2 + 1 - grouping ->> '$.repeatMillis' AND ?2 + grouping ->> '$.repeatMillis'
      ORDER BY severity_rank DESC, loud_at LIMIT ?3`);
    this.selectNext = database.prepare(
      `SELECT min(max(${dueAt}, iif(shown_revision = 0, wait_until, 0))) AS due FROM deliveries WHERE receiver = ?1 AND ${pending} AND ${mayBeShown}`,
    );
    this.selectNextRepeat = database.prepare(`
      SELECT min(max(retry_at, loud_at + grouping ->> '$.repeatMillis')) AS due
      FROM deliveries INDEXED BY deliveries_grouped JOIN incidents ON incidents.key = deliveries.incident_key
      WHERE receiver = ? AND grouping IS NOT NULL AND ${canRepeat} AND state = 'firing'`);
    this.updateClaim = database.prepare(
      `UPDATE deliveries SET claimed_at = ?1, tried_at = ?1 WHERE receiver = ?2 AND incident_key = ?3 AND (${pending} OR ${canRepeat})`,
    );
    this.updateSettled = database.prepare(`
      UPDATE deliveries SET ${keepTold}, shown_revision = ?, reference = ?, edits = ?, reposts = ?, failures = ?, retry_at = ?, edit_not_before = ?,
        last_error = ?, in_digest = ?, told_in = iif(?, told_in, NULL), loud_at = ifnull(?, loud_at), claimed_at = NULL
      WHERE receiver = ? AND incident_key = ?`);
    this.updatePauses = database.prepare(
      `UPDATE deliveries SET retry_at = 0 WHERE receiver = ? AND ${wanted}`,
    );
    // What was refused for good has an error, and counts as shown.
    this.updateRetried = database.prepare(`
      UPDATE deliveries SET retry_at = 0, edit_not_before = 0, in_digest = 0, told_in = NULL, shown_revision = CASE
        WHEN in_digest = 0 AND last_error IS NULL THEN shown_revision
        WHEN reference IS NULL THEN 0
        ELSE min(shown_revision, wanted_revision - 1) END
      WHERE receiver = ? AND incident_key = ?`);
    this.updateReleased = database.prepare(`
      UPDATE deliveries SET ${keepTold}, shown_revision = 0, in_digest = 0, told_in = NULL, wanted_since = ?1
      WHERE receiver = ?2 AND told_in = ?3 AND (SELECT state FROM incidents WHERE key = ?3) = 'ended'
        AND (SELECT state FROM incidents WHERE key = incident_key) = 'firing'
      RETURNING incident_key`);
    this.selectOne = database.prepare(`
      SELECT deliveries.*, ${stateOf} AS delivery_state, document FROM deliveries JOIN incidents ON incidents.key = deliveries.incident_key
      WHERE receiver = ? AND incident_key = ?`);
    this.selectThere = database.prepare('SELECT 1 FROM deliveries WHERE receiver = ? AND incident_key = ?');
    this.selectPending = database.prepare(
      `SELECT receiver, count(*) AS pending, min(wanted_since) AS oldestSince FROM deliveries WHERE ${pending} GROUP BY receiver`,
    );
  }

  dueDeliveries(
    receiver: string,
    now: number,
    limit: number,
    failingSince = Number.MAX_SAFE_INTEGER,
    mayPost = true,
    mayRepeat = mayPost,
  ): readonly Delivery[] {
    const due = this.selectDue.all(receiver, Number(mayPost), now, failingSince, limit).map(readDelivery);
    if (due.length > 0 || !mayRepeat) return due;
    const repeats = this.selectRepeats.all(receiver, now, limit);
    return repeats.map((row) => ({ ...readDelivery(row), repeatOf: Number(row['loud_at']) }));
  }

  nextDueAt(receiver: string, mayPost = true, mayRepeat = mayPost): number | undefined {
    const next = this.selectNext.get(receiver, Number(mayPost))?.['due'];
    const repeat = mayRepeat ? this.selectNextRepeat.get(receiver)?.['due'] : null;
    const due = [next, repeat].filter((each) => typeof each === 'number');
    return due.length === 0 ? undefined : Math.min(...due);
  }

  claimDelivery(receiver: string, incidentKey: string, at: number): boolean {
    return this.updateClaim.run(Math.round(at), receiver, incidentKey).changes === 1;
  }

  settleDelivery(settlement: Settlement): void {
    this.database.transaction(() => this.settle(settlement));
  }

  /** The same within a transaction. */
  settle(settlement: Settlement): void {
    const { receiver, incidentKey, timeline = [], message, fallback } = settlement;
    if (message !== undefined) this.sent.add(receiver, message);
    // It may have gone with its issue while it was told: an entry without it would be found by one that comes back.
    if (this.selectThere.get(receiver, incidentKey) === undefined) return;
    this.timelines.append(incidentKey, timeline);
    // Before what was rejected counts as shown.
    if (fallback !== undefined) this.fallbacks.give(fallback, fallback.at, incidentKey);
    this.updateOne(settlement);
    this.releaseFrom(settlement);
  }

  private updateOne(settlement: Settlement): void {
    const { receiver, incidentKey, shownRevision, edits, reposts, failures } = settlement;
    const reference = settlement.reference === undefined ? null : JSON.stringify(settlement.reference);
    const retryAt = Math.ceil(settlement.retryAt);
    const editNotBefore = Math.ceil(settlement.editNotBefore);
    const lastError = settlement.lastError ?? null;
    this.updateSettled.run(
      shownRevision,
      reference,
      edits,
      reposts,
      failures,
      retryAt,
      editNotBefore,
      lastError,
      Number(settlement.inDigest),
      Number(settlement.inDigest),
      settlement.loudAt ?? null,
      receiver,
      incidentKey,
    );
  }

  /** What was told in a message that now says that its own incident is over, and goes on, is told anew. */
  private releaseFrom({ receiver, incidentKey, shownRevision, retryAt }: Settlement): void {
    if (shownRevision === 0) return;
    for (const row of this.updateReleased.all(Math.floor(retryAt), receiver, incidentKey)) {
      const entry = { at: retryAt, kind: 'released', receiver, reason: overThere } as const;
      this.timelines.append(String(row['incident_key']), [entry]);
    }
  }

  fallBack(fallback: Fallback, at: number): number {
    return this.fallbacks.fallBack(fallback, at);
  }

  forgetPauses(receiver: string): void {
    this.updatePauses.run(receiver);
  }

  retryDelivery(receiver: string, incidentKey: string, by: string, at: number): DeliveryRecord | undefined {
    return this.database.transaction(() => {
      this.updateRetried.run(receiver, incidentKey);
      const row = this.selectOne.get(receiver, incidentKey);
      if (row === undefined) return undefined;
      const delivery = readRecord(row);
      if (delivery.shownRevision < delivery.wantedRevision)
        this.timelines.append(incidentKey, [{ at, kind: 'retried', receiver, by }]);
      return delivery;
    });
  }

  countPending(): readonly PendingDeliveries[] {
    return this.selectPending.all().map((row) => ({ ...row }) as unknown as PendingDeliveries);
  }

  listSent(query: SentQuery): Page<SentDay> {
    return this.sent.listSent(query);
  }

  listDeliveries({ receiver, states, limit, cursor }: DeliveryQuery): Page<DeliveryRecord> {
    const selection = new Selection('deliveries', ['wanted_since', 'incident_key', 'receiver'])
      .where('receiver = ?', receiver)
      .anyOf(stateOf, states)
      .after(cursor);
    const sql = (found: string) => `
      SELECT deliveries.*, ${stateOf} AS delivery_state, document FROM deliveries JOIN incidents ON incidents.key = deliveries.incident_key ${found}`;
    return pageOf(selection.rows(this.database, sql, limit), selection, limit, readRecord);
  }
}

function readRecord(row: Record<string, unknown>): DeliveryRecord {
  return {
    receiver: String(row['receiver']),
    incident: readIncident(row['document']),
    state: row['delivery_state'] as DeliveryState,
    heldBy: (row['held_by'] as string | null) ?? undefined,
    fallbackOf: readFallback(row),
    wantedRevision: Number(row['wanted_revision']),
    shownRevision: Number(row['shown_revision']),
    wantedSince: Number(row['wanted_since']),
    edits: Number(row['edits']),
    failures: Number(row['failures']),
    inDigest: row['in_digest'] === 1 && row['told_in'] === null,
    toldIn: (row['told_in'] as string | null) ?? undefined,
    isDryRun: row['told'] !== null,
    retryAt: Number(row['retry_at']),
    lastError: (row['last_error'] as string | null) ?? undefined,
  };
}
