import type { StatementSync } from 'node:sqlite';
import { changeSilence, expired, hasRoom } from '../../alerting/silences/change-silence.ts';
import {
  expiredRetentionMillis,
  mostSilences,
  type Silence,
  type WantedSilence,
} from '../../alerting/silences/silence.ts';
import type { SilenceOutcome, SilenceStore } from '../../alerting/silences/silence-store.ts';
import type { SynchronousStore } from '../store.ts';
import type { Database } from './database.ts';

/** What people are not told of for a time, one row each. */
export class SilenceTable implements Pick<SynchronousStore, keyof SilenceStore> {
  private readonly database: Database;
  private readonly selectAll: StatementSync;
  private readonly selectOne: StatementSync;
  private readonly count: StatementSync;
  private readonly write: StatementSync;
  private readonly hasEnded: StatementSync;
  private readonly deleteEnded: StatementSync;
  private readonly deleteFirstEnded: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.selectAll = database.prepare('SELECT document FROM silences');
    this.selectOne = database.prepare('SELECT document FROM silences WHERE id = ?');
    this.count = database.prepare('SELECT count(*) AS count FROM silences');
    this.write = database.prepare('INSERT OR REPLACE INTO silences (id, ends_at, document) VALUES (?, ?, ?)');
    this.hasEnded = database.prepare('SELECT 1 FROM silences WHERE ends_at <= ? LIMIT 1');
    this.deleteEnded = database.prepare('DELETE FROM silences WHERE ends_at <= ?');
    this.deleteFirstEnded = database.prepare(`
      DELETE FROM silences WHERE id IN (SELECT id FROM silences WHERE ends_at <= ? ORDER BY ends_at, id LIMIT ?)`);
  }

  listSilences(): readonly Silence[] {
    return this.selectAll.all().map(readSilence);
  }

  setSilence(wanted: WantedSilence, newId: string, at: number): SilenceOutcome {
    return this.database.transaction((): SilenceOutcome => {
      const before = wanted.id === undefined ? undefined : this.find(wanted.id);
      if (before === undefined && wanted.id !== undefined) return { kind: 'unknown' };
      const change = changeSilence(before, wanted, newId, at);
      const { silence, isNew, former } = change;
      if (isNew && !(hasRoom(change, this.listSilences(), at) && this.makeRoom(at))) return { kind: 'full' };
      // Unless it just had to make room.
      if (former !== undefined && this.find(former.id) !== undefined) this.put(former);
      this.put(silence);
      return { kind: 'set', id: silence.id };
    });
  }

  expireSilence(id: string, at: number): boolean {
    return this.database.transaction(() => {
      const silence = this.find(id);
      if (silence !== undefined) this.put(expired(silence, at));
      return silence !== undefined;
    });
  }

  /** Deletes those that nobody needs to look at any more. */
  forget(now: number): void {
    const before = now - expiredRetentionMillis;
    // A statement that deletes nothing would wait for who else writes to the file.
    if (this.hasEnded.get(before) !== undefined) this.deleteEnded.run(before);
  }

  /** @returns whether there is room for one more */
  private makeRoom(at: number): boolean {
    const tooMany = Number(this.count.get()?.['count']) + 1 - mostSilences;
    return tooMany <= 0 || Number(this.deleteFirstEnded.run(at, tooMany).changes) >= tooMany;
  }

  private find(id: string): Silence | undefined {
    const row = this.selectOne.get(id);
    return row && readSilence(row);
  }

  private put(silence: Silence): void {
    this.write.run(silence.id, silence.endsAt, JSON.stringify(silence));
  }
}

function readSilence(row: Record<string, unknown>): Silence {
  return JSON.parse(String(row['document'])) as Silence;
}
