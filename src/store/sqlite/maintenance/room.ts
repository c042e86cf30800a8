import type { StatementSync } from 'node:sqlite';
import type { Database } from '../database.ts';
import { sizeOf } from './files.ts';
import { type Bound, boundBytes, logPages, pageBytes } from './plan.ts';

/** An event with all that it may say is smaller: as long as that many fit nothing is measured, which takes as long as a part of storing. */
const mostEventBytes = 2 ** 18;
/** Goes before events are stored at least, as long as there is too much. */
const leastMadeBytes = 2 ** 18;
/** Of what an event took, and of how long the log was, so much is remembered the next time. */
const remembered = 0.9;

/**
 * How much room there is at this moment, also within a transaction: maintenance comes in its own steps, and much may have been stored since. It is
 * made before events are stored, as much as they may need: so it is enough whatever the speed, and nobody waits long for a store that has to
 * become much smaller.
 */
export class Room {
  readonly maxBytes: number;
  private readonly logPath: string;
  private readonly usualLogPages: number;
  private readonly selectLog: StatementSync;
  private readonly selectPages: StatementSync;
  private readonly selectFree: StatementSync;
  /** Events that fit whatever they say, up to every bound. */
  private fit = 0;
  /** When room was last made: what is stored from there on is in the log first. */
  private content: number;
  private eventsSince = 0;
  /** That an event takes. */
  private eventBytes = 0;
  /** Of the longest of late: whatever a transaction changes is in it, and the next one may be like that. */
  private logBytes = 0;
  /** There is too much that may go for it to go at once; it becomes less each time. */
  private hasBacklog = false;

  /** @param maxBytes that the whole store may have */
  constructor(path: string, database: Database, maxBytes: number) {
    this.logPath = `${path}-wal`;
    this.maxBytes = maxBytes;
    this.usualLogPages = logPages({ maxBytes });
    this.selectLog = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.selectPages = database.prepare('PRAGMA page_count');
    this.selectFree = database.prepare('PRAGMA freelist_count');
    this.content = this.contentBytes();
  }

  /**
   * Before events are stored.
   * @param events how many
   * @param evict lets go what may, until it is enough, and says whether anything did
   */
  make(events: number, evict: (isEnough: () => boolean) => boolean): void {
    const isCertain = this.fit >= events;
    if (!isCertain) this.makeFor(events, evict);
    this.fit -= events;
    this.eventsSince += events;
  }

  /** Whether there is room up to a bound. */
  isWithin(bound: Bound): boolean {
    if (this.fit >= 0 || this.hasBacklog) return true;
    return this.bytesOver(bound) <= 0;
  }

  private makeFor(events: number, evict: (isEnough: () => boolean) => boolean): void {
    const before = this.contentBytes();
    this.logBytes = Math.max(this.ownLogBytes(), this.logBytes * remembered);
    const took = (before - this.content) / Math.max(this.eventsSince, 1);
    this.eventBytes = Math.max(took, this.eventBytes * remembered);
    this.content = before;
    const expected = events * this.eventBytes;
    const wanted = Math.min(this.bytesOver('evict') + expected, Math.max(2 * expected, leastMadeBytes));
    let mayGo = wanted > 0;
    const isEnough = (): boolean => before - this.contentBytes() >= wanted;
    while (mayGo && !isEnough()) mayGo = evict(isEnough);
    if (wanted > 0) this.content = this.contentBytes();
    const over = this.bytesOver('evict');
    this.hasBacklog = mayGo && over > 0;
    this.fit = Math.floor(-over / mostEventBytes);
    this.eventsSince = 0;
  }

  private bytesOver(bound: Bound): number {
    const content = this.contentBytes();
    const log = Math.max(this.usualLogPages * pageBytes, this.logBytes, content - this.content);
    return content + log - boundBytes(bound, this);
  }

  /** Somebody who reads the file from outside can make it longer than all the rest: no event goes for that. */
  private ownLogBytes(): number {
    const { log, checkpointed } = this.selectLog.get() ?? {};
    const isHeld = Number(log) > this.usualLogPages && Number(checkpointed) < Number(log);
    return isHeld ? 0 : sizeOf(this.logPath);
  }

  private contentBytes(): number {
    const pages = Number(this.selectPages.get()?.['page_count']);
    return (pages - Number(this.selectFree.get()?.['freelist_count'])) * pageBytes;
  }
}
