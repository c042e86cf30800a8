import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import type { EventQuery, Page } from '../../issues/issue-store.ts';
import type { SynchronousStore } from '../store.ts';
import type { Database } from './database.ts';
import { type EventFacts, joinEvent } from './packed-events.ts';
import { pageOf, Selection } from './selection.ts';
import { readStack } from './stack-table.ts';

const stackDocument = '(SELECT stacks.document FROM stacks WHERE stacks.id = events.stack_id) AS stack';

/** Error events, to be read: they are written with their issues. */
export class EventTable implements Pick<SynchronousStore, 'listEvents' | 'getEvent'> {
  private readonly database: Database;
  private readonly selectEvent: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.selectEvent = database.prepare(`SELECT document, ${stackDocument} FROM events WHERE id = ?`);
  }

  listEvents({ issueId, limit, cursor }: EventQuery): Page<ErrorEvent> {
    const selection = new Selection('events', ['time', 'id']).where('issue_id = ?', issueId).after(cursor);
    const rows = selection.rows(
      this.database,
      (found) => `SELECT time, id, document, ${stackDocument} FROM events ${found}`,
      limit,
    );
    return pageOf(rows, selection, limit, readEvent);
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
