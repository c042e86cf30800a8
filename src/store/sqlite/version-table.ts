import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import type { Database } from './database.ts';

type VersionOf = Pick<ErrorEvent, 'service' | 'environment' | 'version'>;

/** Versions of apps that are known without a look into the table. */
const mostKnown = 1024;

/** When each version of an app was first heard of, by our own clock. */
export class VersionTable {
  private readonly insert: StatementSync;
  private readonly select: StatementSync;
  private readonly known = new Map<string, number>();

  constructor(database: Database) {
    this.insert = database.prepare(
      'INSERT INTO versions (service, environment, version, first_seen) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.select = database.prepare(
      'SELECT first_seen FROM versions WHERE service = ? AND environment = ? AND version = ?',
    );
  }

  /**
   * Notes that a version was heard of.
   * @param at when, by our own clock, or earlier if the event says so
   * @returns when it first was; for what has no version, never: it cannot be a new one
   */
  seen({ service, environment, version }: VersionOf, at: number): number {
    if (version === '') return Number.NEGATIVE_INFINITY;
    const key = `${service}\u0000${environment}\u0000${version}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.insert.run(service, environment, version, Math.round(at));
    const firstSeen = Number(this.select.get(service, environment, version)?.['first_seen']);
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.set(key, firstSeen);
    return firstSeen;
  }

  /** To be called if the transaction fails. */
  forget(): void {
    this.known.clear();
  }
}
