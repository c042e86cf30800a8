import { CountedTable } from './counted-table.ts';
import type { Database } from './database.ts';
import { DistinctTable } from './distinct-table.ts';
import { HourTable } from './hour-table.ts';
import { IssueNames } from './issue-names.ts';
import { IssueTexts } from './issue-texts.ts';
import { KindTable } from './kind-table.ts';
import type { Room } from './maintenance/room.ts';
import { OperationTable } from './operation-table.ts';
import { StackTable } from './stack-table.ts';
import type { UserKey } from './user-key.ts';
import { VersionTable } from './version-table.ts';

/** Of one event that is only counted, in the table and its index. */
const countedBytes = 64;
/** Of the whole store, twice over: see `CountedTable`. */
const countedShare = 1 / 16;
const leastCounted = 1000;
const mostCounted = 125_000;

/** The tables that remember what is in them, for all who write or delete events. */
export class SharedTables {
  readonly stacks: StackTable;
  readonly kinds: KindTable;
  readonly counted: CountedTable;
  readonly versions: VersionTable;
  readonly hours: HourTable;
  readonly distinct: DistinctTable;
  readonly names: IssueNames;
  readonly texts: IssueTexts;
  readonly operations: OperationTable;
  readonly room: Room;
  private wasFull = false;
  private readonly database: Database;

  constructor(database: Database, room: Room, userKey: UserKey) {
    const counted = Math.floor((room.maxBytes * countedShare) / countedBytes);
    this.database = database;
    this.room = room;
    this.stacks = new StackTable(database);
    this.kinds = new KindTable(database);
    this.counted = new CountedTable(database, Math.min(Math.max(counted, leastCounted), mostCounted));
    this.versions = new VersionTable(database);
    this.hours = new HourTable(database);
    this.distinct = new DistinctTable(database, userKey);
    this.names = new IssueNames(database);
    this.texts = new IssueTexts(database);
    this.operations = new OperationTable(database);
  }

  /** Whether there is room for an issue more: see `OtherIssues`. */
  hasRoomForIssue(): boolean {
    const hasRoom = this.room.isWithin('issue');
    if (!hasRoom) this.wasFull = true;
    return hasRoom;
  }

  /** What had no room may have an issue of its own again, if there is some for a while. @param ofIssues whether issues went */
  roomMade(ofIssues: boolean): void {
    if (!this.wasFull || !this.room.isWithin(ofIssues ? 'issue' : 'evict')) return;
    this.wasFull = false;
    this.names.forget();
  }

  /** It may come again, and has nothing then. */
  forgetIssue(issueId: string): void {
    this.distinct.forgetOne(issueId);
    this.hours.forgetOne(issueId);
    this.names.forgetOne(issueId);
  }

  /** Runs `work` so that all of it is stored or nothing; in that case nothing of it is remembered either. */
  transaction<T>(work: () => T): T {
    try {
      return this.database.transaction(work);
    } catch (error) {
      this.stacks.forget();
      this.kinds.forget();
      this.counted.forget();
      this.versions.forget();
      this.hours.forget();
      this.distinct.forget();
      this.names.forget();
      this.operations.forget();
      throw error;
    }
  }
}
