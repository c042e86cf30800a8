import type { StatementSync } from 'node:sqlite';
import type { Settlement } from '../../notify/delivery.ts';
import type { ClaimedGroup, GroupNote, GroupStore, ToldTogether } from '../../notify/group-store.ts';
import type { SynchronousStore } from '../store.ts';
import { readIncident } from './alert-tables.ts';
import type { Database } from './database.ts';
import { deliveryColumns, isWaiting, readDelivery } from './delivery-rows.ts';
import type { DeliveryTables } from './delivery-tables.ts';
import { keepTold } from './dry-run-table.ts';
import { TimelineTable } from './timeline-table.ts';

const ofGroup = "receiver = ?1 AND grouping IS NOT NULL AND grouping ->> '$.group' = ?2";
const joined = 'deliveries JOIN incidents ON incidents.key = deliveries.incident_key';
/** They fire, and have no message. */
const untold = `shown_revision = 0 AND in_digest = 0 AND held_by IS NULL AND state = 'firing'`;

/** Alerts of one group are told in the message of one of them: the head of the group. */
export class GroupTable implements Pick<SynchronousStore, keyof GroupStore> {
  private readonly database: Database;
  private readonly deliveries: Pick<DeliveryTables, 'settle'>;
  private readonly timelines: TimelineTable;
  private readonly selectHead: StatementSync;
  private readonly selectWaiting: StatementSync;
  private readonly claim: StatementSync;
  private readonly putOff: StatementSync;
  private readonly unclaim: StatementSync;
  private readonly updateTold: StatementSync;
  private readonly selectTogether: StatementSync;

  constructor(database: Database, deliveries: Pick<DeliveryTables, 'settle'>) {
    this.database = database;
    this.deliveries = deliveries;
    this.timelines = new TimelineTable(database);
    this.selectHead = database.prepare(`
      SELECT ${deliveryColumns}, loud_at FROM ${joined}
      WHERE ${ofGroup} AND reference IS NOT NULL AND shown_revision > 0 AND in_digest = 0 AND held_by IS NULL AND state = 'firing'
      ORDER BY starts_at, incident_key LIMIT 1`);
    this.selectWaiting = database.prepare(`
      SELECT incident_key, document FROM ${joined} WHERE ${ofGroup} AND ${untold} AND NOT (${isWaiting('?3')})
      ORDER BY severity_rank DESC, wanted_since LIMIT ?4`);
    this.claim = database.prepare(
      'UPDATE deliveries SET claimed_at = ?1, tried_at = ?1 WHERE receiver = ?2 AND incident_key = ?3',
    );
    // Who waits for longer by itself goes on to.
    this.putOff = database.prepare(`
      UPDATE deliveries SET wait_until = ?3, wanted_since = ?3
      WHERE ${ofGroup} AND shown_revision = 0 AND in_digest = 0 AND held_by IS NULL AND NOT (wait_until > ?3 AND ${isWaiting('?4')})`);
    this.unclaim = database.prepare(
      'UPDATE deliveries SET claimed_at = NULL WHERE receiver = ? AND incident_key = ?',
    );
    this.updateTold = database.prepare(`
      UPDATE deliveries SET ${keepTold}, shown_revision = ?, in_digest = 1, told_in = ?, failures = 0, last_error = NULL, claimed_at = NULL
      WHERE receiver = ? AND incident_key = ? RETURNING 1`);
    this.selectTogether = database.prepare(`
      SELECT document, count(*) OVER () AS count FROM ${joined} WHERE receiver = ? AND told_in = ? AND state = 'firing'
      ORDER BY severity_rank DESC, starts_at LIMIT ?`);
  }

  claimGroup(receiver: string, group: string, at: number, most: number): ClaimedGroup | undefined {
    const now = Math.round(at);
    return this.database.transaction(() => {
      const row = this.selectHead.get(receiver, group);
      if (row === undefined) return undefined;
      const head = readDelivery(row);
      const rests = Number(row['loud_at']) + (head.grouping?.intervalMillis ?? 0) - now;
      if (rests > 0 && Number(row['loud_at']) <= now) {
        this.putOff.run(receiver, group, now + rests, now);
        return { head, members: [] };
      }
      const members = this.selectWaiting.all(receiver, group, now, most);
      for (const key of [head.incident.key, ...members.map((member) => String(member['incident_key']))])
        this.claim.run(now, receiver, key);
      return { head, members: members.map(({ document }) => readIncident(document)) };
    });
  }

  releaseGroup(receiver: string, incidentKeys: readonly string[]): void {
    this.database.transaction(() => {
      for (const key of incidentKeys) this.unclaim.run(receiver, key);
    });
  }

  settleGroup(settlement: Settlement, { members, ...about }: GroupNote): void {
    const { receiver, incidentKey } = settlement;
    this.database.transaction(() => {
      this.deliveries.settle(settlement);
      for (const { key, revision } of members) {
        if (this.updateTold.get(revision, incidentKey, receiver, key) === undefined) continue;
        this.timelines.append(key, [{ ...about, receiver, revision }]);
      }
    });
  }

  toldTogether(receiver: string, incidentKey: string, most: number): ToldTogether {
    const rows = this.selectTogether.all(receiver, incidentKey, most);
    return {
      count: Number(rows[0]?.['count'] ?? 0),
      worst: rows.map(({ document }) => readIncident(document)),
    };
  }
}
