import { hash } from 'node:crypto';
import type { StatementSync } from 'node:sqlite';
import type { Database } from './database.ts';
import type { StoredStack } from './packed-events.ts';

/** Stacks whose rows are known without a look into the table. */
const mostKnown = 512;

/** Stack traces, each once, however many events have it. */
export class StackTable {
  private readonly select: StatementSync;
  private readonly insert: StatementSync;
  private readonly known = new Map<string, number>();
  /** Events that are stored together often share their frames: those need not be written down to be known. */
  private latest = new WeakMap<StoredStack['frames'], { stack: StoredStack; id: number }>();

  constructor(database: Database) {
    this.select = database.prepare('SELECT id FROM stacks WHERE digest = ?');
    this.insert = database.prepare('INSERT INTO stacks (digest, document) VALUES (?, ?)');
  }

  /** @returns the id of its row, which is made if there is none: to be forgotten if the transaction fails */
  idOf(stack: StoredStack): number {
    const latest = this.latest.get(stack.frames);
    if (latest?.stack.before === stack.before && latest.stack.after === stack.after) return latest.id;
    const id = this.find(stack);
    this.latest.set(stack.frames, { stack, id });
    return id;
  }

  /** Its row was deleted. */
  forgetOne(id: number): void {
    for (const [digest, known] of this.known) if (known === id) this.known.delete(digest);
    this.latest = new WeakMap();
  }

  forget(): void {
    this.known.clear();
    this.latest = new WeakMap();
  }

  private find(stack: StoredStack): number {
    const document = JSON.stringify(stack);
    const digest = hash('sha256', document).slice(0, 32);
    const known = this.known.get(digest);
    if (known !== undefined) return known;
    const id = Number(this.select.get(digest)?.['id'] ?? this.insert.run(digest, document).lastInsertRowid);
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.set(digest, id);
    return id;
  }
}

export function readStack(document: unknown): StoredStack {
  return JSON.parse(String(document)) as StoredStack;
}
