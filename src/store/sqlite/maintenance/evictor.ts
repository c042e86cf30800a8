import type { StatementSync } from 'node:sqlite';
import type { Database } from '../database.ts';
import type { SharedTables } from '../shared-tables.ts';
import type { Budget } from './effort.ts';

/** An event that is to go. */
interface Going {
  id: string;
  issueId: string;
  traceId: string;
  stackId: number | null;
  kindId: number;
  storedAt: number;
}

/** What went. */
export interface Evicted {
  events: number;
  issues: number;
}

/** An event may come again for so long: from its sender, or from the journal after a crash. Its id stays known, so that it counts once. */
const comesAgainMillis = 86_400_000;

const storedAt = 'ifnull(stored_at, time)';
const rank = 'ifnull(rank, time)';
const settledAt = "max(last_seen, CAST(ifnull(document ->> '$.resolvedAt', 0) AS INTEGER))";

/**
 * Deletes what is to go, a few rows at a time. What an issue counted stays as it is; and each issue has its last event for as long as it
 * is there itself.
 */
export class Evictor {
  private readonly tables: SharedTables;
  private readonly selectOld: StatementSync;
  private readonly selectIrrelevant: StatementSync;
  private readonly selectOfIssue: StatementSync;
  private readonly selectSettled: StatementSync;
  private readonly deleteEvent: StatementSync;
  private readonly deleteStack: StatementSync;
  private readonly selectStackUser: StatementSync;
  private readonly updateKept: StatementSync;
  private readonly deleteIssue: readonly StatementSync[];

  constructor(database: Database, tables: SharedTables) {
    this.tables = tables;
    const select = (where: string): StatementSync =>
      database.prepare(`
        SELECT id, issue_id AS issueId, ifnull(trace_id, '') AS traceId, stack_id AS stackId, kind_id AS kindId, ${storedAt} AS storedAt FROM events ${where} LIMIT ?`);
    this.selectOld = select(
      `INDEXED BY events_by_age WHERE is_last = 0 AND ${storedAt} < ? ORDER BY ${storedAt}`,
    );
    this.selectIrrelevant = select(`INDEXED BY events_by_rank WHERE is_last = 0 ORDER BY ${rank}`);
    this.selectOfIssue = select('WHERE issue_id = ? ORDER BY time, id');
    this.selectSettled = database.prepare(`
      SELECT id FROM issues INDEXED BY issues_resolved WHERE state = 'resolved' AND ${settledAt} < ? ORDER BY ${settledAt} LIMIT ?`);
    this.deleteEvent = database.prepare('DELETE FROM events WHERE id = ?');
    this.deleteStack = database.prepare('DELETE FROM stacks WHERE id = ?');
    this.selectStackUser = database.prepare('SELECT 1 FROM events WHERE stack_id = ? LIMIT 1');
    this.updateKept = database.prepare('UPDATE issues SET kept = kept - ? WHERE id = ?');
    this.deleteIssue = [
      'DELETE FROM deliveries WHERE incident_key IN (SELECT key FROM incidents WHERE issue_id = ?)',
      'DELETE FROM timelines WHERE incident_key IN (SELECT key FROM incidents WHERE issue_id = ?)',
      'DELETE FROM incidents WHERE issue_id = ?',
      'DELETE FROM changes WHERE issue_id = ?',
      // With its text, its hours and what was done to it.
      'DELETE FROM issues WHERE id = ?',
    ].map((sql) => database.prepare(sql));
  }

  /** Events that were stored before a time, the earliest first. */
  evictOld(before: number, now: number, budget: Budget): Evicted {
    return this.evict(this.selectOld.all(before, budget.rows), now, budget);
  }

  /** The least relevant events. */
  evictIrrelevant(now: number, budget: Budget): Evicted {
    return this.evict(this.selectIrrelevant.all(budget.rows), now, budget);
  }

  /** Issues that were resolved, and last seen, before a time, with all that is known of them; the earliest first. */
  evictResolved(before: number, now: number, { rows, isSpent }: Budget): Evicted {
    const evicted = { events: 0, issues: 0 };
    const settled = this.selectSettled.all(before, rows).map(({ id }) => String(id));
    if (settled.length === 0) return evicted;
    return this.tables.transaction(() => {
      for (const issueId of settled) {
        const rest = rows - evicted.events;
        const events = this.selectOfIssue.all(issueId, rest) as unknown as Going[];
        for (const event of events) {
          this.remove(event);
          this.remember(event, now);
        }
        evicted.events += events.length;
        // There may be more of them than fit into a step.
        if (events.length === rest) {
          this.updateKept.run(events.length, issueId);
          break;
        }
        for (const statement of this.deleteIssue) statement.run(issueId);
        this.tables.forgetIssue(issueId);
        evicted.issues++;
        if (isSpent()) break;
      }
      return evicted;
    });
  }

  private evict(rows: unknown, now: number, { isSpent }: Budget): Evicted {
    const events = rows as Going[];
    if (events.length === 0) return { events: 0, issues: 0 };
    return this.tables.transaction(() => {
      const byIssue = new Map<string, number>();
      let evicted = 0;
      for (const event of events) {
        this.remove(event);
        this.remember(event, now);
        byIssue.set(event.issueId, (byIssue.get(event.issueId) ?? 0) + 1);
        evicted++;
        if (isSpent()) break;
      }
      for (const [issueId, count] of byIssue) this.updateKept.run(count, issueId);
      return { events: evicted, issues: 0 };
    });
  }

  private remember(event: Going, now: number): void {
    if (event.storedAt > now - comesAgainMillis) this.tables.counted.add(event);
  }

  /** Its stack and its kind go with the last event that has them. */
  private remove({ id, stackId, kindId }: Going): void {
    this.deleteEvent.run(id);
    this.tables.kinds.release(kindId);
    if (stackId === null || this.selectStackUser.get(stackId) !== undefined) return;
    this.deleteStack.run(stackId);
    this.tables.stacks.forgetOne(stackId);
  }
}
