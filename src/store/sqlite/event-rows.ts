import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import { relevanceRank } from '../../issues/relevance.ts';
import type { Database } from './database.ts';
import { type EventFacts, writtenEvent } from './packed-events.ts';
import type { KindTable } from './kind-table.ts';
import type { SharedTables } from './shared-tables.ts';
import type { StackTable } from './stack-table.ts';

/**
 * Rows of error events, to be written. Of each issue the last event, by its time, is marked: it stays as long as the issue does. Of the
 * others it is kept when they came, and how relevant they are, so that those that are to go are found by an index.
 */
export class EventRows {
  private readonly stacks: StackTable;
  private readonly kinds: KindTable;
  private readonly selectOne: StatementSync;
  private readonly selectLast: StatementSync;
  private readonly updateLast: StatementSync;
  private readonly insertEvent: StatementSync;
  private readonly selectDocument: StatementSync;
  private readonly selectKind: StatementSync;
  private readonly updateDocument: StatementSync;
  private readonly selectHeld: StatementSync;
  private readonly insertAttribute: StatementSync;

  constructor(database: Database, { stacks, kinds }: Pick<SharedTables, 'stacks' | 'kinds'>) {
    this.stacks = stacks;
    this.kinds = kinds;
    this.selectOne = database.prepare('SELECT 1 FROM events WHERE id = ?');
    this.selectLast = database.prepare(
      'SELECT rowid, time, id FROM events WHERE issue_id = ? ORDER BY time DESC, id DESC LIMIT 1',
    );
    this.updateLast = database.prepare('UPDATE events SET is_last = 0 WHERE rowid = ?');
    this.insertEvent = database.prepare(`
      INSERT INTO events (id, issue_id, time, stack_id, kind_id, document, stored_at, rank, is_last)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`);
    this.selectDocument = database.prepare('SELECT document FROM events WHERE id = ?');
    this.selectKind = database.prepare('SELECT kind_id FROM events WHERE id = ?');
    this.updateDocument = database.prepare('UPDATE events SET document = ?, kind_id = ? WHERE id = ?');
    this.selectHeld = database.prepare(
      "SELECT id, document FROM events WHERE issue_id = ? AND document ->> '$.held' IS NOT NULL",
    );
    this.insertAttribute = database.prepare(
      'INSERT INTO event_attributes (key, value, event_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
  }

  get(eventId: string): EventFacts | undefined {
    const row = this.selectDocument.get(eventId);
    return row && factsIn(row);
  }

  /** Its stack stays. */
  replace(eventId: string, facts: EventFacts): void {
    const before = Number(this.selectKind.get(eventId)?.['kind_id']);
    const kind = this.kinds.idOf(facts);
    this.updateDocument.run(JSON.stringify(facts), kind, eventId);
    if (kind !== before) this.kinds.release(before);
  }

  /** Of all events of an issue whose severity is held. */
  settleHeld(issueId: string): void {
    for (const row of this.selectHeld.all(issueId)) {
      const { held, ...facts } = factsIn(row);
      this.replace(String(row['id']), { ...facts, severity: held ?? facts.severity });
    }
  }

  has(eventId: string): boolean {
    return this.selectOne.get(eventId) !== undefined;
  }

  /**
   * @param issueId of an issue whose row is there
   * @param position among the events of it
   * @returns whether the event is new
   */
  insert(event: ErrorEvent, issueId: string, at: number, position: number): boolean {
    const { id } = event;
    // Its stack may be another, which nobody would have.
    if (this.has(id)) return false;
    const { document, stack } = writtenEvent(event);
    const time = Math.round(event.time);
    const last = position === 1 ? undefined : this.selectLast.get(issueId);
    const isLast = last === undefined || isAfter({ time, id }, last);
    const stackId = this.stacks.idOf(stack);
    const rank = relevanceRank(at, position);
    const kindId = this.kinds.idOf(event);
    const values = [id, issueId, time, stackId, kindId, document, Math.round(at), rank, Number(isLast)];
    if (this.insertEvent.run(...values).changes === 0) return false;
    if (isLast && last !== undefined) this.updateLast.run(Number(last['rowid']));
    for (const key of event.indexed ?? [])
      this.insertAttribute.run(key, String(event.attributes[key]), event.id);
    return true;
  }
}

function factsIn(row: Record<string, unknown>): EventFacts {
  return JSON.parse(String(row['document'])) as EventFacts;
}

/** In the order of the index that the last event is found by. */
function isAfter(event: Pick<ErrorEvent, 'time' | 'id'>, last: Record<string, unknown>): boolean {
  const time = Number(last['time']);
  return event.time > time || (event.time === time && event.id > String(last['id']));
}
