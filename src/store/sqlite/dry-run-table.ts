import type { StatementSync } from 'node:sqlite';
import type { Database } from './database.ts';
import { noteEach } from './timeline-table.ts';

/** Whether a delivery is of a receiver that is sent nothing. */
const isRehearsed = 'EXISTS (SELECT 1 FROM dry_runs WHERE dry_runs.receiver = deliveries.receiver)';

/**
 * Of a statement that says that a delivery is shown: while that is not so, what is shown in fact is kept beside it, and nothing forgets it.
 */
export const keepTold = `told = iif(told IS NULL AND ${isRehearsed},
  json_object('revision', shown_revision, 'reference', reference, 'edits', edits, 'reposts', reposts, 'inDigest', in_digest,
    'toldIn', told_in, 'loudAt', loud_at), told)`;

/** The receiver of a channel, or what stands for it during a dry run: the budget of one is not spent by the other. */
export const channelOf = `? || iif(EXISTS (SELECT 1 FROM dry_runs WHERE receiver = ?), ' (dry run)', '')`;

const neverTold = `receiver = ? AND ifnull(told ->> '$.revision' + told ->> '$.reposts', shown_revision + reposts) = 0`;
const isOver = `(SELECT state FROM incidents WHERE key = incident_key) = 'ended'`;

/** Which receivers are sent nothing. */
export class DryRunTable {
  private readonly database: Database;
  private readonly insert: StatementSync;
  private readonly remove: StatementSync;
  private readonly leave: readonly StatementSync[];
  private readonly noteBacklog: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.insert = database.prepare('INSERT OR IGNORE INTO dry_runs (receiver) VALUES (?)');
    this.remove = database.prepare('DELETE FROM dry_runs WHERE receiver = ?');
    this.noteBacklog = database.prepare(noteEach(`${neverTold} AND ${isOver}`));
    this.leave = [
      // What is over needs no telling; of the rest it is found out anew for whom it is, but for what was given to this receiver by another.
      `DELETE FROM deliveries WHERE ${neverTold} AND (fallback_of IS NULL OR ${isOver})`,
      `UPDATE deliveries SET shown_revision = told ->> '$.revision', reference = told ->> '$.reference', edits = told ->> '$.edits',
        reposts = told ->> '$.reposts', in_digest = told ->> '$.inDigest', told_in = told ->> '$.toldIn',
        loud_at = ifnull(told ->> '$.loudAt', 0), wait_until = 0, told = NULL,
        failures = 0, retry_at = 0, edit_not_before = 0, last_error = NULL
        WHERE receiver = ? AND told IS NOT NULL`,
      `DELETE FROM channels WHERE receiver = ? || ' (dry run)'`,
    ].map((sql) => database.prepare(sql));
  }

  setDryRun(receiver: string, isOn: boolean, at: number): boolean {
    return this.database.transaction(() => {
      if (isOn) this.insert.run(receiver);
      else if (this.remove.run(receiver).changes > 0) {
        this.end(receiver, at);
        return true;
      }
      return false;
    });
  }

  private end(receiver: string, at: number): void {
    const reason = JSON.stringify({ reason: 'it ended during a dry run' });
    this.noteBacklog.run(Math.round(at), 'dropped', reason, receiver);
    for (const statement of this.leave) statement.run(receiver);
  }
}
