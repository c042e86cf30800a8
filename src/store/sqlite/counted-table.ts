import type { StatementSync } from 'node:sqlite';
import type { CountedEvent } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';
import { IdSet } from './id-set.ts';

export interface CountedBounds {
  /** Events whose ids are known, so that each counts once. */
  known: number;
  /** As many are forgotten at once. */
  over: number;
}

/** About 15 MB on disk, and 8 in memory; of a storm. */
const defaults: CountedBounds = { known: 250_000, over: 25_000 };

/** Hex digits of an id. */
const idDigits = 32;

/** Events of which it is kept that they were, in the order in which they came: those that came first are forgotten first. */
export class CountedTable {
  private readonly bounds: CountedBounds;
  private readonly insert: StatementSync;
  private readonly selectIds: StatementSync;
  private readonly deleteEarliest: StatementSync;
  /** Undefined until it has been read. */
  private ids: IdSet | undefined;

  constructor(database: Database, bounds = defaults) {
    this.bounds = bounds;
    this.insert = database.prepare('INSERT INTO counted_events (id, issue_id, trace_id) VALUES (?, ?, ?)');
    // All of them in one text: to read them row by row would take a quarter of a second.
    this.selectIds = database.prepare(`SELECT group_concat(hex(id), '') AS ids FROM counted_events`);
    this.deleteEarliest = database.prepare(
      'DELETE FROM counted_events WHERE seq <= (SELECT seq FROM counted_events ORDER BY seq LIMIT 1 OFFSET ?)',
    );
  }

  has(id: string): boolean {
    return this.known().has(id);
  }

  /** @returns whether it is new */
  add({ id, issueId, traceId }: CountedEvent): boolean {
    const ids = this.known();
    if (!ids.add(id)) return false;
    this.insert.run(bytesOf(id), bytesOf(issueId), bytesOf(traceId));
    if (ids.size > this.bounds.known + this.bounds.over) {
      this.deleteEarliest.run(this.bounds.over - 1);
      this.ids = undefined;
    }
    return true;
  }

  /** To be called if the transaction fails. */
  forget(): void {
    this.ids = undefined;
  }

  private known(): IdSet {
    this.ids ??= this.read();
    return this.ids;
  }

  private read(): IdSet {
    const ids = new IdSet();
    const text = String(this.selectIds.get()?.['ids'] ?? '');
    for (let at = 0; at < text.length; at += idDigits) ids.add(text.slice(at, at + idDigits));
    return ids;
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
