import type { StatementSync } from 'node:sqlite';
import { type Delivery, longestPauseMillis, type Settlement } from '../../notify/delivery.ts';
import type { Fallback, FallbackOf } from '../../notify/fallback.ts';
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
import type { Reference } from '../../notify/receiver.ts';
import type { SynchronousStore } from '../store.ts';
import { readIncident } from './alert-tables.ts';
import type { ChannelTable } from './channel-table.ts';
import { type DryRunTable, keepTold } from './dry-run-table.ts';
import { FallbackTable } from './fallback-table.ts';
import { SentTable } from './sent-table.ts';
import type { Database } from './database.ts';
import { pageOf, Selection } from './selection.ts';
import { TimelineTable } from './timeline-table.ts';

/** When something is to be shown: a new state as soon as a try is allowed, anything else when edits are due again. */
const dueAt = 'max(retry_at, iif(shown_revision < state_revision, 0, edit_not_before))';
const wanted = 'shown_revision < wanted_revision';
const pending = `${wanted} AND held_by IS NULL`;
const stateOf = `iif(${wanted}, iif(held_by IS NULL, 'pending', 'held'), 'shown')`;

/** Has a message, or there is room for one: its parameter says so. */
const mayBeShown = '(shown_revision > 0 OR (? AND in_digest = 0))';

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
  private readonly selectNext: StatementSync;
  private readonly updateClaim: StatementSync;
  private readonly updateSettled: StatementSync;
  private readonly updatePauses: StatementSync;
  private readonly selectPending: StatementSync;
  private readonly updateRetried: StatementSync;
  private readonly selectOne: StatementSync;
  private readonly selectThere: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.timelines = new TimelineTable(database);
    this.sent = new SentTable(database);
    this.fallbacks = new FallbackTable(database);
    this.selectDue = database.prepare(`
      SELECT receiver, document, wanted_since, shown_revision, reference, edits, reposts, failures, tried_at, in_digest, fallback_of
      FROM deliveries JOIN incidents ON incidents.key = deliveries.incident_key
      WHERE receiver = ? AND ${pending} AND ${mayBeShown} AND ${dueAt} NOT BETWEEN ? AND ?
      ORDER BY iif(tried_at < ?, 0, tried_at), shown_revision < state_revision DESC, severity_rank DESC, wanted_since LIMIT ?`);
    this.selectNext = database.prepare(
      `SELECT min(${dueAt}) AS due FROM deliveries WHERE receiver = ? AND ${pending} AND ${mayBeShown}`,
    );
    this.updateClaim = database.prepare(
      `UPDATE deliveries SET claimed_at = ?1, tried_at = ?1 WHERE receiver = ?2 AND incident_key = ?3 AND ${pending}`,
    );
    this.updateSettled = database.prepare(`
      UPDATE deliveries SET ${keepTold}, shown_revision = ?, reference = ?, edits = ?, reposts = ?, failures = ?, retry_at = ?, edit_not_before = ?,
        last_error = ?, in_digest = ?, claimed_at = NULL
      WHERE receiver = ? AND incident_key = ?`);
    this.updatePauses = database.prepare(
      `UPDATE deliveries SET retry_at = 0 WHERE receiver = ? AND ${wanted}`,
    );
    // What was refused for good has an error, and counts as shown.
    this.updateRetried = database.prepare(`
      UPDATE deliveries SET retry_at = 0, edit_not_before = 0, in_digest = 0, shown_revision = CASE
        WHEN in_digest = 0 AND last_error IS NULL THEN shown_revision
        WHEN reference IS NULL THEN 0
        ELSE min(shown_revision, wanted_revision - 1) END
      WHERE receiver = ? AND incident_key = ?`);
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
  ): readonly Delivery[] {
    const parameters = [receiver, Number(mayPost), now + 1, now + longestPauseMillis, failingSince, limit];
    return this.selectDue.all(...parameters).map((row) => ({
      receiver: String(row['receiver']),
      incident: readIncident(row['document']),
      wantedSince: Number(row['wanted_since']),
      shownRevision: Number(row['shown_revision']),
      reference: row['reference'] === null ? undefined : (JSON.parse(String(row['reference'])) as Reference),
      edits: Number(row['edits']),
      reposts: Number(row['reposts']),
      failures: Number(row['failures']),
      triedAt: Number(row['tried_at']),
      inDigest: row['in_digest'] === 1,
      fallbackOf: readFallback(row),
    }));
  }

  nextDueAt(receiver: string, mayPost = true): number | undefined {
    const due = this.selectNext.get(receiver, Number(mayPost))?.['due'];
    return typeof due === 'number' ? due : undefined;
  }

  claimDelivery(receiver: string, incidentKey: string, at: number): boolean {
    return this.updateClaim.run(Math.round(at), receiver, incidentKey).changes === 1;
  }

  settleDelivery(settlement: Settlement): void {
    this.database.transaction(() => {
      const { receiver, incidentKey, timeline = [], message, fallback } = settlement;
      if (message !== undefined) this.sent.add(receiver, message);
      // It may have gone with its issue while it was told: an entry without it would be found by one that comes back.
      if (this.selectThere.get(receiver, incidentKey) === undefined) return;
      this.timelines.append(incidentKey, timeline);
      // Before what was rejected counts as shown.
      if (fallback !== undefined) this.fallbacks.give(fallback, fallback.at, incidentKey);
      this.updateOne(settlement);
    });
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
      receiver,
      incidentKey,
    );
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

function readFallback({ fallback_of: written }: Record<string, unknown>): FallbackOf | undefined {
  return typeof written === 'string' ? (JSON.parse(written) as FallbackOf) : undefined;
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
    inDigest: row['in_digest'] === 1,
    isDryRun: row['told'] !== null,
    retryAt: Number(row['retry_at']),
    lastError: (row['last_error'] as string | null) ?? undefined,
  };
}
