import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import type { EventQuery } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';

type KindOf = Pick<ErrorEvent, 'service' | 'component' | 'severity'>;

/** Kinds that are known without a look into the table. */
const mostKnown = 1024;

/**
 * What services, components and severities events have together: few of them, however many events there are. Events of some of these are
 * found by their kinds, newest first each, whatever is asked for and however rare it is.
 */
export class KindTable {
  private readonly database: Database;
  private readonly insert: StatementSync;
  private readonly select: StatementSync;
  private readonly selectUser: StatementSync;
  private readonly delete: StatementSync;
  private readonly known = new Map<string, number>();

  constructor(database: Database) {
    this.database = database;
    this.insert = database.prepare(
      'INSERT INTO event_kinds (service, component, severity) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.select = database.prepare(
      'SELECT id FROM event_kinds WHERE service = ? AND component = ? AND severity = ?',
    );
    this.selectUser = database.prepare('SELECT 1 FROM events WHERE kind_id = ? LIMIT 1');
    this.delete = database.prepare('DELETE FROM event_kinds WHERE id = ?');
  }

  /** @returns the id of its row, which is made if there is none: to be forgotten if the transaction fails */
  idOf({ service, component, severity }: KindOf): number {
    const key = `${service}\u0000${component}\u0000${severity}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.insert.run(service, component, severity);
    const id = Number(this.select.get(service, component, severity)?.['id']);
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.set(key, id);
    return id;
  }

  /** To be called after an event of it went, or became of another: a kind goes with the last of its events. */
  release(id: number): void {
    if (this.selectUser.get(id) !== undefined) return;
    this.delete.run(id);
    for (const [key, known] of this.known) if (known === id) this.known.delete(key);
  }

  /** To be called if the transaction fails. */
  forget(): void {
    this.known.clear();
  }

  /** @returns the ids of those that fit, one more than so many if there are more; undefined if all do, since nothing is asked */
  find(query: EventQuery, most: number): readonly number[] | undefined {
    const asked = ofKinds(query);
    if (asked === undefined) return undefined;
    const rows = this.database.prepare(`${asked.select} LIMIT ?`).all(...asked.parameters, most + 1);
    return rows.map(({ id }) => Number(id));
  }
}

/** The statement that selects the ids of the kinds that fit; undefined if nothing is asked. */
export function ofKinds({
  service,
  component,
  severities,
}: EventQuery): { select: string; parameters: readonly string[] } | undefined {
  const conditions = [
    ...(service === undefined ? [] : ['service = ?']),
    ...(component === undefined ? [] : ['component = ?']),
    ...(severities === undefined ? [] : [`severity IN (${severities.map(() => '?').join(', ')})`]),
  ];
  if (conditions.length === 0) return undefined;
  return {
    select: `SELECT id FROM event_kinds WHERE ${conditions.join(' AND ')}`,
    parameters: [service, component, ...(severities ?? [])].filter((value) => value !== undefined),
  };
}
