import type { StatementSync } from 'node:sqlite';
import type { Page } from '../../issues/issue-store.ts';
import { cut } from '../../notify/cut.ts';
import type { SentDay, SentExample, SentMessage, SentQuery } from '../../notify/sent-message.ts';
import type { Database } from './database.ts';
import { pageOf, Selection } from './selection.ts';

const dayMillis = 86_400_000;
/** As long as trends can be asked for. */
const keptDays = 92;
/** Of each receiver and day. */
const mostExamples = 10;
/** UTF-16 units. */
const mostText = 300;

/** How many messages each receiver was sent, or would have been, each day. */
export class SentTable {
  private readonly database: Database;
  private readonly upsert: StatementSync;
  private readonly selectExamples: StatementSync;
  private readonly updateExamples: StatementSync;
  private readonly deleteOld: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.upsert = database.prepare(`
      INSERT INTO sent_messages (day, receiver, mode, posts, edits, replies, digests) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET posts = posts + excluded.posts, edits = edits + excluded.edits,
        replies = replies + excluded.replies, digests = digests + excluded.digests
      RETURNING posts + edits + digests AS messages, posts + digests + replies AS exemplary`);
    this.selectExamples = database.prepare(
      'SELECT examples FROM sent_messages WHERE day = ? AND receiver = ? AND mode = ?',
    );
    this.updateExamples = database.prepare(
      'UPDATE sent_messages SET examples = ? WHERE day = ? AND receiver = ? AND mode = ?',
    );
    this.deleteOld = database.prepare('DELETE FROM sent_messages WHERE day < ?');
  }

  /** To be called in the transaction in which it is noted that it was sent. */
  add(receiver: string, message: SentMessage): void {
    const { at, kind, replies } = message;
    const day = Math.floor(at / dayMillis);
    const mode = modeOf(message.isDryRun);
    const counts = [kind === 'post', kind === 'edit'].map(Number);
    const row = this.upsert.get(day, receiver, mode, ...counts, replies.length, Number(kind === 'digest'))!;
    if (row['messages'] === 1) this.deleteOld.run(day - keptDays);
    const more = examplesOf(message);
    const before = Number(row['exemplary']) - more.length;
    if (more.length === 0 || before >= mostExamples) return;
    const told = JSON.parse(
      String(this.selectExamples.get(day, receiver, mode)?.['examples']),
    ) as SentExample[];
    const examples = JSON.stringify([...told, ...more].slice(0, mostExamples));
    this.updateExamples.run(examples, day, receiver, mode);
  }

  listSent({ receiver, limit, cursor }: SentQuery): Page<SentDay> {
    const selection = new Selection('sent_messages', ['day', 'receiver', 'mode'])
      .where('receiver = ?', receiver)
      .after(cursor);
    const sql = (found: string) => `SELECT * FROM sent_messages ${found}`;
    return pageOf(selection.rows(this.database, sql, limit), selection, limit, (row) => ({
      day: Number(row['day']) * dayMillis,
      receiver: String(row['receiver']),
      isDryRun: row['mode'] === modeOf(true),
      posts: Number(row['posts']),
      edits: Number(row['edits']),
      replies: Number(row['replies']),
      digests: Number(row['digests']),
      examples: JSON.parse(String(row['examples'])) as SentExample[],
    }));
  }
}

function modeOf(isDryRun: boolean): string {
  return isDryRun ? 'dry run' : 'sent';
}

/** Edits are seen where the message is. */
function examplesOf({ at, kind, replies, text, incidentKey }: SentMessage): SentExample[] {
  const about = { at: Math.round(at), ...(incidentKey === undefined ? {} : { incidentKey }) };
  const said = replies.map((reply): SentExample => ({ ...about, kind: 'reply', text: cut(reply, mostText) }));
  return kind === 'edit' ? said : [{ ...about, kind, text: cut(text, mostText) }, ...said];
}
