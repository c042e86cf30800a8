import type { StatementSync } from 'node:sqlite';
import type { ChannelState } from '../../notify/channel.ts';
import type { DigestNote, HeldDeliveries } from '../../notify/delivery-store.ts';
import { readIncident } from './alert-tables.ts';
import type { Database } from './database.ts';
import { isWaiting } from './delivery-rows.ts';
import { channelOf, keepTold } from './dry-run-table.ts';
import { SentTable } from './sent-table.ts';
import { noteEach } from './timeline-table.ts';

/** What is to be told in a digest. */
const held = 'receiver = ? AND shown_revision = 0 AND in_digest = 1 AND held_by IS NULL';

/** What would belong to it if there were no room for more messages. */
const unmarked = (now: string): string =>
  `receiver = ? AND shown_revision = 0 AND in_digest = 0 AND held_by IS NULL AND NOT (${isWaiting(now)})`;

/** What was in the digest that was told: not what has come to belong to the next one meanwhile, since a silence has ended, say. */
const told = 'receiver = ? AND shown_revision = 0 AND in_digest = 1 AND digest_revision > 0';

const overBudget = 'alerts.budget has no room for a message of its own: it is told in a digest';

/** What is remembered of each receiver's channel, and which deliveries have no message of their own in it. */
export class ChannelTable {
  private readonly database: Database;
  private readonly sent: SentTable;
  private readonly selectState: StatementSync;
  private readonly upsertState: StatementSync;
  private readonly noteMarked: StatementSync;
  private readonly markHeld: StatementSync;
  private readonly claimHeld: readonly StatementSync[];
  private readonly countHeld: StatementSync;
  private readonly selectWorst: StatementSync;
  private readonly noteTold: StatementSync;
  private readonly updateTold: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.sent = new SentTable(database);
    this.selectState = database.prepare(`SELECT document FROM channels WHERE receiver = ${channelOf}`);
    this.upsertState = database.prepare(
      `INSERT OR REPLACE INTO channels (receiver, document) VALUES (${channelOf}, ?)`,
    );
    this.noteMarked = database.prepare(noteEach(unmarked('?1')));
    this.markHeld = database.prepare(`UPDATE deliveries SET in_digest = 1 WHERE ${unmarked('?2')}`);
    this.claimHeld = [
      `UPDATE deliveries SET digest_revision = 0
        WHERE receiver = ? AND shown_revision = 0 AND digest_revision > 0 AND (in_digest = 0 OR held_by IS NOT NULL)`,
      `UPDATE deliveries SET digest_revision = wanted_revision WHERE ${held} AND digest_revision <> wanted_revision`,
    ].map((sql) => database.prepare(sql));
    this.countHeld = database.prepare(`SELECT count(*) AS count FROM deliveries WHERE ${held}`);
    this.selectWorst = database.prepare(`
      SELECT document FROM (
        SELECT incident_key, severity_rank, wanted_since, 0 AS was_named FROM deliveries WHERE ${held}
        UNION ALL
        SELECT incident_key, severity_rank, wanted_since, 1 FROM json_each(?) AS named CROSS JOIN deliveries ON incident_key = named.value
        WHERE receiver = ? AND shown_revision > 0 AND in_digest = 1 AND held_by IS NULL
      ) AS told JOIN incidents ON incidents.key = told.incident_key
      WHERE was_named = 0 OR state = 'firing' ORDER BY severity_rank DESC, was_named, wanted_since LIMIT ?`);
    this.noteTold = database.prepare(noteEach(told, 'digest_revision'));
    // What has changed meanwhile is still to be shown.
    this.updateTold = database.prepare(`
      UPDATE deliveries SET ${keepTold}, shown_revision = digest_revision, failures = 0, last_error = NULL, claimed_at = NULL WHERE ${told}`);
  }

  heldDeliveries(
    receiver: string,
    more: boolean,
    worst: number,
    at: number,
    named: readonly string[] = [],
  ): HeldDeliveries {
    return this.database.transaction(() => {
      if (more) {
        this.note(this.noteMarked, receiver, { at, kind: 'over budget', reason: overBudget });
        this.markHeld.run(receiver, Math.round(at));
      }
      for (const statement of this.claimHeld) statement.run(receiver);
      const count = Number(this.countHeld.get(receiver)?.['count']);
      const rows = count === 0 ? [] : this.selectWorst.all(receiver, JSON.stringify(named), receiver, worst);
      return { count, worst: rows.map((row) => readIncident(row['document'])) };
    });
  }

  settleHeld(receiver: string, state: ChannelState, { message, ...note }: DigestNote): void {
    this.database.transaction(() => {
      if (message !== undefined) this.sent.add(receiver, message);
      this.note(this.noteTold, receiver, note);
      this.updateTold.run(receiver);
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
