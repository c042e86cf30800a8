import type { StatementSync } from 'node:sqlite';
import type { CountedEvent } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';

export interface CountedBounds {
  /** Events whose ids are known, so that each counts once. */
  known: number;
  /** As many are forgotten at once. */
  over: number;
}

/** About 15 MB. */
const defaults: CountedBounds = { known: 250_000, over: 10_000 };

/** Events of which it is kept that they were. Their ids begin with their time: the earliest are forgotten first. */
export class CountedTable {
  private readonly bounds: CountedBounds;
  private readonly select: StatementSync;
  private readonly insert: StatementSync;
  private readonly countAll: StatementSync;
  private readonly deleteEarliest: StatementSync;
  /** Undefined until it is counted. */
  private count: number | undefined;

  constructor(database: Database, bounds = defaults) {
    this.bounds = bounds;
    this.select = database.prepare('SELECT 1 FROM counted_events WHERE id = ?');
    this.insert = database.prepare(
      'INSERT INTO counted_events (id, issue_id, trace_id) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.countAll = database.prepare('SELECT count(*) AS events FROM counted_events');
    this.deleteEarliest = database.prepare(
      'DELETE FROM counted_events WHERE id < (SELECT id FROM counted_events ORDER BY id LIMIT 1 OFFSET ?)',
    );
  }

  has(id: string): boolean {
    if (this.known() === 0) return false;
    return this.select.get(bytesOf(id)) !== undefined;
  }

  /** @returns whether it is new */
  add({ id, issueId, traceId }: CountedEvent): boolean {
    const known = this.known();
    const { changes } = this.insert.run(bytesOf(id), bytesOf(issueId), bytesOf(traceId));
    if (changes === 0) return false;
    this.count = known + 1;
    this.forgetEarliest(this.count);
    return true;
  }

  /** To be called if the transaction fails. */
  forget(): void {
    this.count = undefined;
  }

  private forgetEarliest(count: number): void {
    const { known, over } = this.bounds;
    if (count > known + over) this.count = count - Number(this.deleteEarliest.run(over).changes);
  }

  private known(): number {
    this.count ??= Number(this.countAll.get()?.['events']);
    return this.count;
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
