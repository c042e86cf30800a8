import { InvalidCursor, type Page } from '../../issues/issue-store.ts';

/**
 * A page of what is in memory, by names. They change while somebody reads on: so a page ends at a name, and not at a number.
 * @param keyOf a JSON array that names it, and tells it from all others
 * Rejects with InvalidCursor.
 */
export function keyedPage<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  limit: number,
  cursor: string | undefined,
): Promise<Page<T>> {
  return Promise.resolve().then(() => pageOf(items, keyOf, limit, cursor));
}

function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  limit: number,
  cursor: string | undefined,
): Page<T> {
  const after = cursor === undefined ? '' : readCursor(cursor);
  const left = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = left.slice(0, limit);
  return {
    items: page.map(({ item }) => item),
    nextCursor: left.length > page.length ? writeCursor(page.at(-1)!.key) : undefined,
  };
}

function writeCursor(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** @throws InvalidCursor */
function readCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!key.startsWith('["') || writeCursor(key) !== cursor)
    throw new InvalidCursor('not one that a page gave out');
  return key;
}
