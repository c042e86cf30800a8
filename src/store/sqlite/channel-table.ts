import type { StatementSync } from 'node:sqlite';
import type { ChannelState } from '../../notify/channel.ts';
import type { HeldDeliveries } from '../../notify/delivery-store.ts';
import { readIncident } from './alert-tables.ts';
import type { Database } from './database.ts';

/** What is to be told in a digest. */
const held = 'receiver = ? AND shown_revision = 0 AND in_digest = 1 AND held_by IS NULL';

/** What is remembered of each receiver's channel, and which deliveries have no message of their own in it. */
export class ChannelTable {
  private readonly database: Database;
  private readonly selectState: StatementSync;
  private readonly upsertState: StatementSync;
  private readonly markHeld: StatementSync;
  private readonly countHeld: StatementSync;
  private readonly selectWorst: StatementSync;
  private readonly updateHeld: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.selectState = database.prepare('SELECT document FROM channels WHERE receiver = ?');
    this.upsertState = database.prepare('INSERT OR REPLACE INTO channels (receiver, document) VALUES (?, ?)');
    this.markHeld = database.prepare(
      'UPDATE deliveries SET in_digest = 1 WHERE receiver = ? AND shown_revision = 0 AND in_digest = 0 AND held_by IS NULL',
    );
    this.countHeld = database.prepare(`SELECT count(*) AS count FROM deliveries WHERE ${held}`);
    this.selectWorst = database.prepare(`
      SELECT document FROM deliveries JOIN incidents ON incidents.key = deliveries.incident_key
      WHERE ${held} ORDER BY severity_rank DESC, wanted_since LIMIT ?`);
    this.updateHeld = database.prepare(`
      UPDATE deliveries SET shown_revision = wanted_revision, failures = 0, last_error = NULL, claimed_at = NULL WHERE ${held}`);
  }

  heldDeliveries(receiver: string, more: boolean, worst: number): HeldDeliveries {
    return this.database.transaction(() => {
      if (more) this.markHeld.run(receiver);
      const count = Number(this.countHeld.get(receiver)?.['count']);
      const rows = count === 0 ? [] : this.selectWorst.all(receiver, worst);
      return { count, worst: rows.map((row) => readIncident(row['document'])) };
    });
  }

  settleHeld(receiver: string, state: ChannelState): void {
    this.database.transaction(() => {
      this.updateHeld.run(receiver);
      this.keepChannel(receiver, state);
    });
  }

  readChannel(receiver: string): ChannelState | undefined {
    const document = this.selectState.get(receiver)?.['document'];
    return document === undefined ? undefined : (JSON.parse(String(document)) as ChannelState);
  }

  keepChannel(receiver: string, state: ChannelState): void {
    this.upsertState.run(receiver, JSON.stringify(state));
  }
}
