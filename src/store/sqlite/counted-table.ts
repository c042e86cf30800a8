import type { StatementSync } from 'node:sqlite';
import type { CountedEvent } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';
import { IdSet } from './id-set.ts';

/** Hex digits of an id. */
const idDigits = 32;

/** The ids, in two parts: the older is forgotten at once when the newer is full. */
interface Known {
  older: IdSet;
  newer: IdSet;
  /** The last row of the older ones. */
  olderUntil: number;
}

/** Events of which it is kept that they were, in the order in which they came: those that came first are forgotten first. */
export class CountedTable {
  private readonly leastKnown: number;
  private readonly insert: StatementSync;
  private readonly selectIds: StatementSync;
  private readonly deleteUntil: StatementSync;
  /** Undefined until it has been read. */
  private known: Known | undefined;

  /** @param leastKnown events whose ids are known at least, so that each counts once; at most twice as many */
  constructor(database: Database, leastKnown: number) {
    this.leastKnown = leastKnown;
    this.insert = database.prepare('INSERT INTO counted_events (id, issue_id, trace_id) VALUES (?, ?, ?)');
    // All of them in one text: to read them row by row would take a quarter of a second.
    this.selectIds = database.prepare(
      "SELECT group_concat(hex(id), '') AS ids, max(seq) AS until FROM counted_events",
    );
    this.deleteUntil = database.prepare('DELETE FROM counted_events WHERE seq <= ?');
  }

  has(id: string): boolean {
    const { older, newer } = this.ids();
    return newer.has(id) || older.has(id);
  }

  /** @returns whether it is new */
  add({ id, issueId, traceId }: Pick<CountedEvent, 'id' | 'issueId' | 'traceId'>): boolean {
    const known = this.ids();
    if (known.older.has(id) || !known.newer.add(id)) return false;
    const { lastInsertRowid } = this.insert.run(bytesOf(id), bytesOf(issueId), bytesOf(traceId));
    if (known.newer.size >= this.leastKnown) this.forgetOlder(known, Number(lastInsertRowid));
    return true;
  }

  /** To be called if the transaction fails. */
  forget(): void {
    this.known = undefined;
  }

  private forgetOlder({ newer, olderUntil }: Known, until: number): void {
    this.deleteUntil.run(olderUntil);
    this.known = { older: newer, newer: new IdSet(), olderUntil: until };
  }

  private ids(): Known {
    this.known ??= this.read();
    return this.known;
  }

  private read(): Known {
    const older = new IdSet();
    const { ids, until } = this.selectIds.get() ?? {};
    const text = String(ids ?? '');
    for (let at = 0; at < text.length; at += idDigits) older.add(text.slice(at, at + idDigits));
    return { older, newer: new IdSet(), olderUntil: Number(until ?? 0) };
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
