import { InvalidCursor } from '../../issues/issue-store.ts';

/** Where a page of issues ended. Opaque to clients, so that what it holds may change. */
export function writeCursor(lastSeen: number, id: string): string {
  return Buffer.from(`${Math.round(lastSeen)} ${id}`).toString('base64url');
}

/** @throws InvalidCursor */
export function readCursor(cursor: string): [lastSeen: number, id: string] {
  const match = /^(-?\d{1,16}) ([0-9a-f]{32})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) throw new InvalidCursor('the cursor is not one that a page gave out');
  return [Number(match[1]), match[2]!];
}
