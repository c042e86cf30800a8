import { escalationHours } from '../../../issues/escalation.ts';
import { trendHours } from '../../../issues/issue-store.ts';
import type { EvictionReason, Excess, MaintenanceReport, Retention } from '../../retention.ts';
import type { Database } from '../database.ts';
import type { SharedTables } from '../shared-tables.ts';
import { type Evicted, Evictor } from './evictor.ts';
import type { Budget, Effort } from './effort.ts';
import { Files } from './files.ts';
import { History } from './history.ts';
import { PastConditions } from './past-conditions.ts';
import {
  bytesToEvict,
  contentBytes,
  mustCheckpoint,
  mustEvict,
  mustShrink,
  mustTruncate,
  pressure,
  type Space,
  usedBytes,
} from './plan.ts';

/** In one step. */
const mostPages = 128;
/** That are looked at at once where room must be made. */
const rowsToMakeRoom = 256;

const hourMillis = 3_600_000;
/** Hours are kept for as long as events, but not for longer; and those that trends and escalation are made of always. */
const mostHours = 14 * 24;
/** What issues are measured by. */
const leastHours = Math.max(trendHours, escalationHours + 2) + 1;
/** No clock is so far ahead: what was counted there is of one that was wrong. */
const mostAhead = 48;
/** What is over goes at the earliest when people have been told of that, and nobody counts on it being there. */
const settlingMillis = hourMillis;

interface Done extends Evicted {
  reason: EvictionReason;
}

/** Keeps the store within its bounds, in steps of a few milliseconds: whoever stores something waits for one of them at the most. */
export class Maintenance {
  private readonly database: Database;
  private readonly tables: SharedTables;
  private readonly retention: Retention;
  private readonly effort: Effort;
  private readonly files: Files;
  private readonly evictor: Evictor;
  private readonly history: History;
  private readonly pastConditions: PastConditions;
  private wasCheckpoint = false;
  private isEvicting = false;
  /** That was in the database since eviction began. */
  private least = Number.POSITIVE_INFINITY;
  private isShrinking = false;
  private excess: Excess | undefined;
  /** Went between the steps, and is to be told with the next. */
  private wentForRoom = 0;

  constructor(path: string, database: Database, tables: SharedTables, retention: Retention, effort: Effort) {
    this.database = database;
    this.tables = tables;
    this.retention = retention;
    this.effort = effort;
    this.files = new Files(path, database);
    this.evictor = new Evictor(database, tables);
    this.history = new History(database, tables);
    this.pastConditions = new PastConditions(database);
  }

  /**
   * Does the first of what is to be done; to be called again soon if there is more. Waits for nobody.
   * @throws Error if somebody else writes to the file at this moment, or it cannot be written
   */
  step(now: number): MaintenanceReport {
    return this.database.withoutWaiting(() => this.doFirst(now));
  }

  /** To be called before events are stored. They wait for it, where the steps did not keep up. @param events how many */
  makeRoom(events: number, now: number): void {
    this.tables.room.make(events, (isSpent) => {
      const evicted = this.evictor.evictIrrelevant(now, { rows: rowsToMakeRoom, isSpent });
      this.wentForRoom += evicted.events;
      return evicted.events > 0;
    });
  }

  private doFirst(now: number): MaintenanceReport {
    this.effort.begin();
    const space = this.files.measure();
    // Not twice in a row: who reads the file from outside may keep the log where it is.
    if (mustCheckpoint(space) && !this.wasCheckpoint) {
      this.wasCheckpoint = true;
      this.files.checkpoint('PASSIVE');
      return this.report(undefined, true);
    }
    this.wasCheckpoint = false;
    const budget = this.effort.budget(this.pressure(space));
    const done = this.evict(now, space, budget);
    const hasMore = done !== undefined || this.forget(now, budget) || this.shrink(space);
    if (!hasMore && mustTruncate(space, this.effort.idleMillis)) this.files.checkpoint('TRUNCATE');
    return this.report(done, hasMore);
  }

  private report(done: Done | undefined, hasMore: boolean): MaintenanceReport {
    const space = this.files.measure();
    // Only once there is nothing more to do it is known.
    if (!hasMore) this.excess = this.findExcess(space);
    this.tables.roomMade((done?.issues ?? 0) > 0);
    return {
      ...this.withThoseForRoom(done),
      bytes: space.file + space.log,
      maxBytes: this.retention.maxBytes,
      usedBytes: usedBytes(space, this.retention),
      excess: this.excess,
      hasMore,
      ...this.effort.settle(),
      pressure: this.pressure(space),
    };
  }

  private withThoseForRoom(done: Done | undefined): Evicted & Pick<MaintenanceReport, 'reason'> {
    const { events = 0, issues = 0, reason = 'size' } = done ?? {};
    if (reason !== 'size') return { events, issues, reason };
    const all = events + this.wentForRoom;
    this.wentForRoom = 0;
    return { events: all, issues, reason: all + issues > 0 ? reason : undefined };
  }

  private evict(now: number, space: Space, budget: Budget): Done | undefined {
    return this.evictByAge(now, budget) ?? this.evictBySize(now, space, budget);
  }

  private evictByAge(now: number, budget: Budget): Done | undefined {
    const { maxAgeMillis } = this.retention;
    if (maxAgeMillis === 0) return undefined;
    const before = now - maxAgeMillis;
    return (
      done('age', this.evictor.evictOld(before, now, budget)) ??
      done('age', this.evictor.evictResolved(Math.min(before, now - settlingMillis), now, budget))
    );
  }

  private evictBySize(now: number, space: Space, budget: Budget): Done | undefined {
    this.isEvicting = mustEvict(space, this.retention, this.isEvicting);
    const content = contentBytes(space);
    this.least = this.isEvicting ? Math.min(this.least, content) : Number.POSITIVE_INFINITY;
    if (!this.isEvicting) return undefined;
    const goal = space.free + bytesToEvict(space, this.retention);
    const isSpent = (): boolean => budget.isSpent() || this.files.freeBytes() >= goal;
    const enough = { ...budget, isSpent };
    return (
      done('size', this.evictor.evictIrrelevant(now, enough)) ??
      done('size', this.evictor.evictResolved(now - settlingMillis, now, enough))
    );
  }

  private pressure(space: Space): number {
    return pressure(space, this.retention, this.least);
  }

  private forget(now: number, { rows }: Budget): boolean {
    const { maxAgeMillis } = this.retention;
    const hours = maxAgeMillis === 0 ? mostHours : Math.ceil(maxAgeMillis / hourMillis);
    const kept = Math.min(Math.max(hours, leastHours), mostHours);
    const hour = Math.floor(now / hourMillis);
    const before = maxAgeMillis === 0 ? undefined : now - Math.max(maxAgeMillis, settlingMillis);
    return (
      this.history.forget({ before: hour - kept, after: hour + mostAhead }, rows) ||
      this.pastConditions.forget(before, rows)
    );
  }

  private shrink(space: Space): boolean {
    this.isShrinking = this.files.canShrink && mustShrink(space, this.retention, this.isShrinking);
    if (this.isShrinking) this.files.shrink(mostPages);
    return this.isShrinking;
  }

  private findExcess(space: Space): Excess | undefined {
    const { maxBytes } = this.retention;
    // It is over when there is room for a while, and not with every event that just fits.
    if (this.isEvicting)
      return this.excess !== undefined || usedBytes(space, this.retention) > maxBytes
        ? 'nothing_to_evict'
        : undefined;
    return space.pages > maxBytes && !this.files.canShrink ? 'cannot_shrink' : undefined;
  }
}

function done(reason: EvictionReason, evicted: Evicted): Done | undefined {
  return evicted.events + evicted.issues > 0 ? { ...evicted, reason } : undefined;
}
