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
  private readonly known = new Map<string, number>();

  constructor(database: Database) {
    this.database = database;
    this.insert = database.prepare(
      'INSERT INTO event_kinds (service, component, severity) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.select = database.prepare(
      'SELECT id FROM event_kinds WHERE service = ? AND component = ? AND severity = ?',
    );
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

  forget(): void {
    this.known.clear();
  }

  /** @returns the ids of those that fit; undefined if all do, since nothing is asked */
  find({ service, component, severities }: EventQuery): readonly number[] | undefined {
    const conditions = [
      ...(service === undefined ? [] : ['service = ?']),
      ...(component === undefined ? [] : ['component = ?']),
      ...(severities === undefined ? [] : [`severity IN (${severities.map(() => '?').join(', ')})`]),
    ];
    if (conditions.length === 0) return undefined;
    const parameters = [service, component, ...(severities ?? [])].filter((value) => value !== undefined);
    const rows = this.database
      .prepare(`SELECT id FROM event_kinds WHERE ${conditions.join(' AND ')}`)
      .all(...parameters);
    return rows.map(({ id }) => Number(id));
  }
}
