import type { Retention } from '../../retention.ts';

/** How a database stands in its files; all in bytes. */
export interface Space {
  /** Of the pages that the database has, and of those of them that are free. */
  pages: number;
  free: number;
  /** Of the files, as they are on disk. */
  file: number;
  log: number;
  /** Of the log, what is not in the database's own file yet. */
  pending: number;
}

/** SQLite's own. */
export const pageBytes = 4096;

/** The log may hold this part of the whole, within bounds: a checkpoint that comes often costs, and one of many pages takes long. */
const logShare = 1 / 16;
const leastLogPages = 64;
const mostLogPages = 4000;

/** Eviction, once begun, goes on until there is this much room: it is not to begin again with every event. */
const roomShare = 1 / 20;

/** The files never become larger than so many times the size: what comes is taken above it, too. */
const mostTimes = 1.5;
/** What of that is left to the log of one transaction, which holds whatever it changed. */
const logReserve = { share: 1 / 8, mostBytes: 2 ** 23 };
/** From one of the bounds to the next. */
const boundStep = { share: 1 / 20, mostBytes: 2 ** 22 };

/**
 * What no longer goes beyond so much, whatever else there is to do, since there may be issues that nobody resolved, or more than maintenance
 * keeps up with:
 * - `evict`: events that may go make room before others are stored;
 * - `issue`: there is no room for an issue more;
 * - `event`: nor for an event but the first of an issue: it is counted.
 */
const bounds = ['event', 'issue', 'evict'] as const;
export type Bound = (typeof bounds)[number];

export function boundBytes(bound: Bound, { maxBytes }: Pick<Retention, 'maxBytes'>): number {
  const part = ({ share, mostBytes }: typeof logReserve): number => Math.min(maxBytes * share, mostBytes);
  return maxBytes * mostTimes - part(logReserve) - bounds.indexOf(bound) * part(boundStep);
}

/** When it grows by this part of its size although it evicts, more is stored than goes. */
const losingShare = 1 / 50;

/** Free pages are used again. Only when there are more than these, the file is to become smaller. */
const freeShare = 1 / 16;
const leastFreeBytes = 2 ** 20;

/** From here on the log goes into the database in a step of its own: a checkpoint of the whole log takes ten times as long. */
const stepPages = 256;

const quietMillis = 10_000;
const smallLogBytes = 2 ** 18;

/** At how many pages the log is written into the database, whatever else there is to do. */
export function logPages({ maxBytes }: Pick<Retention, 'maxBytes'>): number {
  const pages = Math.floor((maxBytes * logShare) / pageBytes);
  return Math.min(Math.max(pages, leastLogPages), mostLogPages);
}

/**
 * What counts against the bound. Of the log no more than it is meant to have: somebody who reads the file from outside can keep it from
 * being written into the database, and events that go would not make it smaller.
 */
export function usedBytes(space: Space, retention: Retention): number {
  return contentBytes(space) + Math.min(space.log, logPages(retention) * pageBytes);
}

/** @param isEvicting whether it has begun already */
export function mustEvict(space: Space, retention: Retention, isEvicting: boolean): boolean {
  return isEvicting ? bytesToEvict(space, retention) > 0 : usedBytes(space, retention) > retention.maxBytes;
}

/** How much is to go once eviction has begun. */
export function bytesToEvict(space: Space, retention: Retention): number {
  return usedBytes(space, retention) - retention.maxBytes * (1 - roomShare);
}

/** What is in the database itself: the log grows and shrinks whatever is stored. */
export function contentBytes({ pages, free }: Space): number {
  return pages - free;
}

/**
 * How much more is stored than goes: from 1 on deleting is to take as much time as storing, and the larger it is the more.
 * @param least that was in the database since eviction began
 */
export function pressure(space: Space, { maxBytes }: Retention, least: number): number {
  return Math.max(0, (contentBytes(space) - least) / (maxBytes * losingShare));
}

/** @param isShrinking whether it has begun already */
export function mustShrink(space: Space, { maxBytes }: Retention, isShrinking: boolean): boolean {
  const { pages, free, log } = space;
  if (free === 0) return false;
  const most = Math.max(leastFreeBytes, pages * freeShare);
  return free > (isShrinking ? most / 2 : most) || pages + log > maxBytes;
}

export function mustCheckpoint({ pending }: Space): boolean {
  return pending >= stepPages * pageBytes;
}

/**
 * Whether the files are to become as small as they can be. Only then the end of a database that became smaller is given back.
 * @param idleMillis for how long nothing has been stored
 */
export function mustTruncate({ pages, file, log }: Space, idleMillis: number): boolean {
  return idleMillis >= quietMillis && (log > smallLogBytes || file > pages);
}
