import type { Page } from '../../issues/issue-store.ts';
import { type Key, readCursor, writeCursor } from './cursor.ts';
import type { Database } from './database.ts';

export type Row = Record<string, unknown>;

/** Which rows of a list a page shows, by its filters and where the page before ended. */
export class Selection {
  private readonly list: string;
  /** The columns that order it, all of them downwards; the first holds whole numbers, the others text. */
  private readonly order: readonly string[];
  private readonly conditions: string[] = [];
  private readonly parameters: (string | number)[] = [];

  constructor(list: string, order: readonly string[]) {
    this.list = list;
    this.order = order;
  }

  anyOf(column: string, values: readonly string[] | undefined): this {
    if (values === undefined) return this;
    this.conditions.push(`${column} IN (${values.map(() => '?').join(', ')})`);
    this.parameters.push(...values);
    return this;
  }

  /** @param parameter undefined if it is not asked for */
  where(condition: string, parameter: string | number | undefined): this {
    if (parameter === undefined) return this;
    this.conditions.push(condition);
    this.parameters.push(parameter);
    return this;
  }

  /** @param parameters of a condition that has several */
  whereAll(condition: string, parameters: readonly string[]): this {
    this.conditions.push(condition);
    this.parameters.push(...parameters);
    return this;
  }

  /** @throws InvalidCursor */
  after(cursor: string | undefined): this {
    if (cursor === undefined) return this;
    const key = readCursor(this.list, cursor, this.order.length);
    this.conditions.push(`(${this.order.join(', ')}) < (${key.map(() => '?').join(', ')})`);
    this.parameters.push(...key);
    return this;
  }

  /**
   * One row more than asked for, if there is one: it says that there is another page.
   * @param sql the statement around the clauses: which rows, in which order, and how many; then the order alone
   * @param behind parameters of the statement that stand behind those of the clauses
   */
  rows(
    database: Database,
    sql: (found: string, order: string) => string,
    limit: number,
    behind: readonly string[] = [],
  ): Iterable<Row> {
    const where = this.conditions.length === 0 ? '' : `WHERE ${this.conditions.join(' AND ')}`;
    const order = `ORDER BY ${this.order.map((column) => `${column} DESC`).join(', ')}`;
    const statement = database.prepare(sql(`${where} ${order} LIMIT ?`, order));
    return statement.iterate(...this.parameters, limit + 1, ...behind) as Iterable<Row>;
  }

  cursorAt(row: Row): string {
    const [first, ...rest] = this.order.map((column) => row[column]);
    return writeCursor(this.list, [Number(first), ...rest.map(String)] as Key);
  }
}

/** A page ends where its documents have this many UTF-16 units together: whole stacks would fill the memory otherwise. */
const largestPage = 4 * 2 ** 20;

export function pageOf<T>(
  rows: Iterable<Row>,
  selection: Selection,
  limit: number,
  read: (row: Row) => T,
): Page<T> {
  const items: T[] = [];
  let size = 0;
  let last: Row | undefined;
  for (const row of rows) {
    if (last !== undefined && (items.length === limit || size >= largestPage))
      return { items, nextCursor: selection.cursorAt(last) };
    items.push(read(row));
    size += lengthOf(row['document']) + lengthOf(row['stack']);
    last = row;
  }
  return { items, nextCursor: undefined };
}

function lengthOf(text: unknown): number {
  return typeof text === 'string' ? text.length : 0;
}
