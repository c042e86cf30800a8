import type { StatementSync } from 'node:sqlite';
import type { ChannelState } from '../../notify/channel.ts';
import type { DigestNote, HeldDeliveries } from '../../notify/delivery-store.ts';
import { readIncident } from './alert-tables.ts';
import type { Database } from './database.ts';
import { channelOf, keepTold } from './dry-run-table.ts';
import { SentTable } from './sent-table.ts';
import { noteEach } from './timeline-table.ts';

/** What is to be told in a digest. */
const held = 'receiver = ? AND shown_revision = 0 AND in_digest = 1 AND held_by IS NULL';

/** What would belong to it if there were no room for more messages. */
const unmarked = 'receiver = ? AND shown_revision = 0 AND in_digest = 0 AND held_by IS NULL';

const overBudget = 'alerts.budget has no room for a message of its own: it is told in a digest';

/** What is remembered of each receiver's channel, and which deliveries have no message of their own in it. */
export class ChannelTable {
  private readonly database: Database;
  private readonly sent: SentTable;
  private readonly selectState: StatementSync;
  private readonly upsertState: StatementSync;
  private readonly noteMarked: StatementSync;
  private readonly markHeld: StatementSync;
  private readonly countHeld: StatementSync;
  private readonly selectWorst: StatementSync;
  private readonly noteHeld: StatementSync;
  private readonly updateHeld: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.sent = new SentTable(database);
    this.selectState = database.prepare(`SELECT document FROM channels WHERE receiver = ${channelOf}`);
    this.upsertState = database.prepare(
      `INSERT OR REPLACE INTO channels (receiver, document) VALUES (${channelOf}, ?)`,
    );
    this.noteMarked = database.prepare(noteEach(unmarked));
    this.markHeld = database.prepare(`UPDATE deliveries SET in_digest = 1 WHERE ${unmarked}`);
    this.countHeld = database.prepare(`SELECT count(*) AS count FROM deliveries WHERE ${held}`);
    this.selectWorst = database.prepare(`
      SELECT document FROM deliveries JOIN incidents ON incidents.key = deliveries.incident_key
      WHERE ${held} ORDER BY severity_rank DESC, wanted_since LIMIT ?`);
    this.noteHeld = database.prepare(noteEach(held));
    this.updateHeld = database.prepare(`
      UPDATE deliveries SET ${keepTold}, shown_revision = wanted_revision, failures = 0, last_error = NULL, claimed_at = NULL WHERE ${held}`);
  }

  heldDeliveries(receiver: string, more: boolean, worst: number, at: number): HeldDeliveries {
    return this.database.transaction(() => {
      if (more) {
        this.note(this.noteMarked, receiver, { at, kind: 'over budget', reason: overBudget });
        this.markHeld.run(receiver);
      }
      const count = Number(this.countHeld.get(receiver)?.['count']);
      const rows = count === 0 ? [] : this.selectWorst.all(receiver, worst);
      return { count, worst: rows.map((row) => readIncident(row['document'])) };
    });
  }

  settleHeld(receiver: string, state: ChannelState, { message, ...note }: DigestNote): void {
    this.database.transaction(() => {
      if (message !== undefined) this.sent.add(receiver, message);
      this.note(this.noteHeld, receiver, note);
      this.updateHeld.run(receiver);
      this.keepChannel(receiver, state);
    });
  }

  private note(
    statement: StatementSync,
    receiver: string,
    { at, kind, ...rest }: Omit<DigestNote, 'message'>,
  ): void {
    statement.run(Math.round(at), kind, JSON.stringify(rest), receiver);
  }

  readChannel(receiver: string): ChannelState | undefined {
    const document = this.selectState.get(receiver, receiver)?.['document'];
    return document === undefined ? undefined : (JSON.parse(String(document)) as ChannelState);
  }

  keepChannel(receiver: string, state: ChannelState): void {
    this.upsertState.run(receiver, receiver, JSON.stringify(state));
  }
}
