import type { StatementSync } from 'node:sqlite';
import type { Issue } from '../../issues/issue.ts';
import type { Database } from './database.ts';
import { searchedText } from './searched-text.ts';

/** Texts that need not be in the index: those that change all the time are in no hurry, and so many are soon looked through. */
const mostWaiting = 1000;
/** At once, since the intake waits. */
const mostAtOnce = 200;

/**
 * What issues are found by, and its index. A text is written with its issue; the index is behind, by a thousand texts at most, which a
 * search looks at one by one. So the message of an issue may be another with every event, and none of them costs more than its row.
 */
export class IssueTexts {
  private readonly database: Database;
  private readonly upsert: StatementSync;
  private readonly selectWaiting: StatementSync;
  private readonly deleteIndexed: StatementSync;
  private readonly insertIndexed: StatementSync;
  private readonly markIndexed: StatementSync;
  private readonly selectText: StatementSync;
  private hasChanged = true;

  constructor(database: Database) {
    this.database = database;
    // Most often nothing has changed, and then nothing is written.
    this.upsert = database.prepare(`
      INSERT INTO issue_texts (number, issue_id, text) SELECT number, id, ? FROM issues WHERE id = ?
      ON CONFLICT (number) DO UPDATE SET text = excluded.text, is_indexed = 0 WHERE text <> excluded.text`);
    this.selectWaiting = database.prepare(`
      SELECT number, text FROM issue_texts WHERE is_indexed = 0 ORDER BY number LIMIT ${mostAtOnce} OFFSET ${mostWaiting}`);
    this.deleteIndexed = database.prepare('DELETE FROM issue_words WHERE rowid = ?');
    this.insertIndexed = database.prepare('INSERT INTO issue_words (rowid, text) VALUES (?, ?)');
    this.selectText = database.prepare('SELECT issue_id, text FROM issue_texts WHERE number = ?');
    this.markIndexed = database.prepare('UPDATE issue_texts SET is_indexed = 1 WHERE number = ?');
  }

  /** @param issue whose row is there */
  write(issue: Issue): void {
    if (this.upsert.run(searchedText(issue), issue.id).changes > 0) this.hasChanged = true;
  }

  /** @param words as `wordsOf` gives them */
  has(number: number, words: readonly string[]): boolean {
    return hasAll(this.selectText.get(number) ?? {}, words);
  }

  /**
   * @returns the ids of the issues that have the words; undefined if it takes a look at more texts than so many to know
   * @param trigrams of the words
   */
  few(words: readonly string[], trigrams: string, most: number): readonly string[] | undefined {
    const numbers = this.database
      .prepare(`${likelyNumbers(words)} LIMIT ?`)
      .all(trigrams, ...words, most + 1)
      .map(({ number }) => Number(number));
    if (numbers.length > most) return undefined;
    return numbers.flatMap((number) => {
      const row = this.selectText.get(number) ?? {};
      return hasAll(row, words) ? [String(row['issue_id'])] : [];
    });
  }

  /** Puts into the index what waits beyond what may. To be called at the end of each transaction that wrote texts. */
  index(): void {
    if (!this.hasChanged) return;
    const waiting = this.selectWaiting.all();
    for (const { number, text } of waiting as { number: number; text: string }[]) {
      this.deleteIndexed.run(number);
      this.insertIndexed.run(number, text);
      this.markIndexed.run(number);
    }
    this.hasChanged = waiting.length === mostAtOnce;
  }
}

function hasAll(row: Record<string, unknown>, words: readonly string[]): boolean {
  const text = row['text'];
  return typeof text === 'string' && words.every((word) => text.includes(word));
}

/** A condition on issues. Its parameters are the words. */
export function hasWords(words: readonly string[]): string {
  return `number IN (SELECT number FROM issue_texts WHERE ${inText(words)})`;
}

/** The same, of those that most likely have them. Its parameters are the trigrams and the words. */
export function mayHaveWords(words: readonly string[]): string {
  return `number IN (${likelyNumbers(words)})`;
}

/** By the index, and by a look at the texts that it does not have yet. */
function likelyNumbers(words: readonly string[]): string {
  return `SELECT rowid AS number FROM issue_words WHERE issue_words MATCH ?
    UNION ALL SELECT number FROM issue_texts WHERE is_indexed = 0 AND ${inText(words)}`;
}

function inText(words: readonly string[]): string {
  return words.map(() => 'instr(text, ?) > 0').join(' AND ');
}
