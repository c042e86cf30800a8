import { InvalidCursor } from '../../issues/issue-store.ts';

/** What the rows of a list are ordered by: a number first, then what makes each row the only one of its kind. */
export type Key = readonly [number, ...string[]];

/** Longer than any that is given out. */
const longestCursor = 1000;

/**
 * Where a page ended. Opaque to clients, so that what it holds may change.
 * @param list names the list and its order: a cursor means nothing elsewhere
 */
export function writeCursor(list: string, key: Key): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

/** @throws InvalidCursor */
export function readCursor(list: string, cursor: string, parts: number): Key {
  const [name, first, ...rest] = cursor.length > longestCursor ? [] : parse(cursor);
  if (
    typeof name !== 'string' ||
    !Number.isSafeInteger(first) ||
    !rest.every((part) => typeof part === 'string')
  )
    throw new InvalidCursor('not one that a page gave out');
  if (name !== list || rest.length !== parts - 1)
    throw new InvalidCursor('of another list or another order: begin again without it');
  return [first as number, ...rest];
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
