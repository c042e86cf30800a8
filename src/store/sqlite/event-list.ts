import type { ErrorEvent } from '../../errors/error-event.ts';
import type { EventQuery, Page } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';
import { readEvent, stackDocument } from './read-event.ts';
import { KindTable, ofKinds } from './kind-table.ts';
import { pageOf, type Row, Selection } from './selection.ts';

/** By the index of the attributes; its first parameter is the key, its second the value. */
const hasAttribute = 'id IN (SELECT event_id FROM event_attributes WHERE key = ? AND value = ?)';

/** Kinds whose newest events are fetched each, to find the newest of all. Of more than so many there are events soon. */
const mostKinds = 100;

/** Events that are looked at, in the index of all, before the kinds are. */
const mostNear = 5000;

const eventColumns = `SELECT time, id, document, ${stackDocument} FROM events`;

/** Lists of events, with all that they can be filtered by. */
export class EventList {
  private readonly database: Database;
  private readonly kinds: KindTable;

  constructor(database: Database) {
    this.database = database;
    this.kinds = new KindTable(database);
  }

  list(query: EventQuery): Page<ErrorEvent> {
    const selection = new Selection('events', ['time', 'id'])
      .where('time >= ?', query.since)
      .after(query.cursor);
    const rows = isOfFew(query) ? this.ofFew(query, selection) : this.ofKinds(query, selection);
    return pageOf(rows, selection, query.limit, readEvent);
  }

  private ofFew(query: EventQuery, selection: Selection): Iterable<Row> {
    selection
      .where('issue_id = ?', query.issueId)
      .where('trace_id = ?', query.traceId)
      .where('job_id = ?', query.jobId)
      .where('job_name = ?', query.jobName)
      .where('component = ?', query.component)
      .where('service = ?', query.service)
      .anyOf('severity', query.severities);
    for (const attribute of Object.entries(query.attributes ?? {}))
      selection.whereAll(hasAttribute, attribute);
    return this.rows(selection, query, (found) => found);
  }

  private ofKinds(query: EventQuery, selection: Selection): Iterable<Row> {
    const kinds = this.kinds.find(query, mostKinds);
    if (kinds === undefined) return this.rows(selection, query, listed);
    const asked = kinds.length > mostKinds ? ofKinds(query)! : { select: kinds.join(', '), parameters: [] };
    const near = this.near(query, selection, asked);
    if (near !== undefined) return near;
    const isOneOf = (id: string): string => `${id} IN (${asked.select})`;
    if (kinds.length > mostKinds)
      return this.rows(selection.whereAll(isOneOf('kind_id'), asked.parameters), query, listed);
    return this.rows(
      selection.whereAll('kind_id = event_kinds.id', []),
      query,
      (found, order) => `WHERE rowid IN (
        SELECT newest.rowid FROM event_kinds
        JOIN events AS newest ON newest.rowid IN (SELECT rowid FROM events INDEXED BY events_by_kind ${found})
        WHERE ${isOneOf('event_kinds.id')}
        ORDER BY newest.time DESC, newest.id DESC LIMIT ${query.limit + 1}) ${order}`,
    );
  }

  /** Among the next events of all: what many events are is found soon. @returns undefined if they are not enough for a page */
  private near(
    query: EventQuery,
    selection: Selection,
    { select, parameters }: { select: string; parameters: readonly string[] },
  ): Iterable<Row> | undefined {
    const next = selection.rows(
      this.database,
      (found) => `
        SELECT number FROM (SELECT rowid AS number, kind_id FROM events INDEXED BY events_listed ${found})
        WHERE kind_id IN (${select}) LIMIT ${query.limit + 1}`,
      mostNear,
      parameters,
    );
    const numbers = Array.from(next, ({ number }) => Number(number));
    if (numbers.length <= query.limit) return undefined;
    const order = 'ORDER BY time DESC, id DESC';
    return this.database
      .prepare(`${eventColumns} WHERE rowid IN (${numbers.join(', ')}) ${order}`)
      .iterate() as Iterable<Row>;
  }

  private rows(
    selection: Selection,
    { limit }: EventQuery,
    clauses: (found: string, order: string) => string,
  ): Iterable<Row> {
    const sql = (found: string, order: string): string => `${eventColumns} ${clauses(found, order)}`;
    return selection.rows(this.database, sql, limit);
  }
}

/** The rows themselves are large and far apart: they are only read when it is known which. */
function listed(found: string, order: string): string {
  return `WHERE rowid IN (SELECT rowid FROM events INDEXED BY events_listed ${found}) ${order}`;
}

/** By what few events have, and each index has its own. */
function isOfFew({ issueId, traceId, jobId, jobName, attributes = {} }: EventQuery): boolean {
  const named = [issueId, traceId, jobId, jobName, ...Object.keys(attributes)];
  return named.some((name) => name !== undefined);
}
