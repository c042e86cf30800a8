import type { StatementSync } from 'node:sqlite';
import type { Issue } from '../../issues/issue.ts';
import type { IssueQuery, Page } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';
import { readIssue } from './issue-rows.ts';
import { hasWords, type IssueTexts, mayHaveWords } from './issue-texts.ts';
import { trigramsOf, wordsOf } from './searched-text.ts';
import { pageOf, type Row, Selection } from './selection.ts';

/** Issues that are looked at in vain, beside those of the page, before there is a better way. */
const mostInVain = 500;

/** Issues that are looked up one by one; where more have the words, the first of them are found soon. */
const mostFew = 2000;

/** Texts that are looked at for words that the index does not know: a few milliseconds, for which the intake waits. */
const mostLookedThrough = 3000;

/** Lists of issues, with all that they can be filtered by. */
export class IssueList {
  private readonly database: Database;
  private readonly texts: IssueTexts;
  private readonly selectDocument: StatementSync;

  constructor(database: Database, texts: IssueTexts) {
    this.database = database;
    this.texts = texts;
    this.selectDocument = database.prepare('SELECT document FROM issues WHERE id = ?');
  }

  list(query: IssueQuery): Page<Issue> {
    const words = wordsOf(query.text ?? '');
    if (words.length === 0) return this.page(query, selectionOf(query));
    const trigrams = trigramsOf(words);
    if (trigrams === undefined) return this.lookThrough(query, words);
    const few = this.texts.few(words, trigrams, mostFew);
    if (few !== undefined) return this.ofFew(query, few);
    const selections = [
      selectionOf(query),
      selectionOf(query).whereAll(mayHaveWords(words), [trigrams, ...words]),
    ];
    for (const selection of selections) {
      const page = this.begin(query, words, selection);
      if (page !== undefined) return page;
    }
    return this.page(query, selectionOf(query).whereAll(hasWords(words), words));
  }

  private ofFew(query: IssueQuery, ids: readonly string[]): Page<Issue> {
    const { sort = 'last_seen', limit } = query;
    const selection = selectionOf(query).anyOf('id', ids);
    const rows = selection.rows(
      this.database,
      // Each by its key: there are not so many that the index of all would be quicker.
      (found, order) => `SELECT id, ${sort}, document FROM issues
        WHERE id IN (SELECT id FROM issues INDEXED BY sqlite_autoindex_issues_1 ${found}) ${order}`,
      limit,
    );
    return pageOf(rows, selection, limit, readIssue);
  }

  /** The page, of the next issues whatever they have: there may be few that have the words, or none, and more behind them. */
  private lookThrough(query: IssueQuery, words: readonly string[]): Page<Issue> {
    const { sort = 'last_seen', limit } = query;
    const { texts, selectDocument } = this;
    const selection = selectionOf(query);
    // By the index alone: of most the rows themselves are not asked for.
    const keys = selection.rows(
      this.database,
      (found) => `SELECT id, ${sort}, number FROM issues INDEXED BY issues_listed ${found}`,
      mostLookedThrough,
    );
    let looked = 0;
    let last: Row = {};
    function* having(): Generator<Row> {
      for (const row of keys) {
        if (looked++ === mostLookedThrough) return;
        last = row;
        if (texts.has(Number(row['number']), words))
          yield { ...row, ...selectDocument.get(String(row['id'])) };
      }
    }
    const page = pageOf(having(), selection, limit, readIssue);
    if (page.nextCursor !== undefined || looked <= mostLookedThrough) return page;
    return { ...page, nextCursor: selection.cursorAt(last) };
  }

  /**
   * The page, by the texts of the first issues of a selection: a word that many have is found soon.
   * @returns undefined if too many had not the words
   */
  private begin(query: IssueQuery, words: readonly string[], selection: Selection): Page<Issue> | undefined {
    const most = query.limit + mostInVain;
    const texts = this.texts;
    let looked = 0;
    function* having(rows: Iterable<Row>): Generator<Row> {
      for (const row of rows) {
        looked++;
        if (texts.has(Number(row['number']), words)) yield row;
      }
    }
    const page = pageOf(having(this.rows(query, selection, most)), selection, query.limit, readIssue);
    return page.nextCursor === undefined && looked > most ? undefined : page;
  }

  private page(query: IssueQuery, selection: Selection): Page<Issue> {
    return pageOf(this.rows(query, selection, query.limit), selection, query.limit, readIssue);
  }

  /** Found within the index, so that only the rows of the page are read. */
  private rows({ sort = 'last_seen' }: IssueQuery, selection: Selection, limit: number): Iterable<Row> {
    return selection.rows(
      this.database,
      (found, order) => `SELECT id, ${sort}, number, document FROM issues
        WHERE id IN (SELECT id FROM issues INDEXED BY issues_listed ${found}) ${order}`,
      limit,
    );
  }
}

function selectionOf(query: IssueQuery): Selection {
  const { sort = 'last_seen' } = query;
  return new Selection(sort, [sort, 'id'])
    .anyOf('state', query.states)
    .anyOf('severity', query.severities)
    .anyOf('class', query.classes)
    .where('swallowed = ?', query.swallowed === undefined ? undefined : Number(query.swallowed))
    .where('service = ?', query.service)
    .where('last_seen >= ?', query.seenSince)
    .after(query.cursor);
}
