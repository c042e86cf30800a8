import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import { traceIdPrefix } from '../../conventions/support-code.ts';
import type { EventQuery, Page, Supported } from '../../issues/issue-store.ts';
import type { SynchronousStore } from '../store.ts';
import type { Database } from './database.ts';
import { EventList } from './event-list.ts';
import { readEvent, stackDocument } from './read-event.ts';

const mostSupported = 50;

/** Error events, to be read: they are written with their issues. */
export class EventTable implements Pick<SynchronousStore, 'listEvents' | 'getEvent' | 'findSupported'> {
  private readonly list: EventList;
  private readonly selectEvent: StatementSync;
  private readonly selectByTracePrefix: StatementSync;
  private readonly selectByOwnCode: StatementSync;
  private readonly selectCounted: StatementSync;

  constructor(database: Database) {
    this.list = new EventList(database);
    this.selectEvent = database.prepare(`SELECT document, ${stackDocument} FROM events WHERE id = ?`);
    const supported = (condition: string): StatementSync =>
      database.prepare(
        `SELECT issue_id, document, ${stackDocument} FROM events WHERE ${condition} ORDER BY time DESC LIMIT ?`,
      );
    // A digit behind the last: no trace id with this beginning comes after it.
    this.selectByTracePrefix = supported("trace_id BETWEEN ?1 AND ?1 || 'g' AND own_support_code IS NULL");
    this.selectByOwnCode = supported('own_support_code = ?');
    this.selectCounted = database.prepare(
      'SELECT DISTINCT lower(hex(issue_id)) AS issue_id FROM counted_events WHERE substr(trace_id, 1, 5) = ? LIMIT ?',
    );
  }

  listEvents(query: EventQuery): Page<ErrorEvent> {
    return this.list.list(query);
  }

  findSupported(code: string): Supported {
    const prefix = traceIdPrefix(code);
    const rows = [
      ...this.selectByOwnCode.all(code, mostSupported),
      ...(prefix === undefined ? [] : this.selectByTracePrefix.all(prefix, mostSupported)),
    ];
    const counted =
      prefix === undefined ? [] : this.selectCounted.all(Buffer.from(prefix, 'hex'), mostSupported);
    return {
      events: rows.map(readEvent),
      issueIds: [...new Set([...rows, ...counted].map((row) => String(row['issue_id'])))],
    };
  }

  getEvent(id: string): ErrorEvent | undefined {
    const row = this.selectEvent.get(id);
    return row === undefined ? undefined : readEvent(row);
  }
}
