import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import { traceIdPrefix } from '../../conventions/support-code.ts';
import type { EventQuery, Page, Supported } from '../../issues/issue-store.ts';
import type { SynchronousStore } from '../store.ts';
import type { Database } from './database.ts';
import { type EventFacts, joinEvent } from './packed-events.ts';
import { pageOf, Selection } from './selection.ts';
import { readStack } from './stack-table.ts';

const stackDocument = '(SELECT stacks.document FROM stacks WHERE stacks.id = events.stack_id) AS stack';

/** By the index of the attributes; its first parameter is the key, its second the value. */
const hasAttribute = 'id IN (SELECT event_id FROM event_attributes WHERE key = ? AND value = ?)';

const mostSupported = 50;

/** Error events, to be read: they are written with their issues. */
export class EventTable implements Pick<SynchronousStore, 'listEvents' | 'getEvent' | 'findSupported'> {
  private readonly database: Database;
  private readonly selectEvent: StatementSync;
  private readonly selectByTracePrefix: StatementSync;
  private readonly selectByOwnCode: StatementSync;
  private readonly selectCounted: StatementSync;

  constructor(database: Database) {
    this.database = database;
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
    const { limit, attributes = {} } = query;
    const selection = new Selection('events', ['time', 'id'])
      .where('issue_id = ?', query.issueId)
      .where('trace_id = ?', query.traceId)
      .where('job_id = ?', query.jobId)
      .where('job_name = ?', query.jobName)
      .where('component = ?', query.component)
      .where('service = ?', query.service)
      .anyOf('severity', query.severities)
      .where('time >= ?', query.since)
      .after(query.cursor);
    for (const attribute of Object.entries(attributes)) selection.whereAll(hasAttribute, attribute);
    const rows = selection.rows(
      this.database,
      (found) => `SELECT time, id, document, ${stackDocument} FROM events ${found}`,
      limit,
    );
    return pageOf(rows, selection, limit, readEvent);
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

function readEvent(row: Record<string, unknown>): ErrorEvent {
  const document: unknown = JSON.parse(String(row['document']));
  return row['stack'] === null
    ? (document as ErrorEvent)
    : joinEvent(document as EventFacts, readStack(row['stack']));
}
