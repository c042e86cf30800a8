import type { StatementSync } from 'node:sqlite';
import type { KeptLedger } from '../store.ts';
import type { Database } from './database.ts';

/** One row: the ledger over all processes. */
export class LedgerTable {
  private readonly read: StatementSync;
  private readonly write: StatementSync;

  constructor(database: Database) {
    this.read = database.prepare('SELECT document FROM ledger');
    this.write = database.prepare('INSERT OR REPLACE INTO ledger (id, document) VALUES (1, ?)');
  }

  readLedger(): KeptLedger | undefined {
    const row = this.read.get();
    return row === undefined ? undefined : (JSON.parse(String(row['document'])) as KeptLedger);
  }

  keepLedger(ledger: KeptLedger): void {
    this.write.run(JSON.stringify(ledger));
  }
}
