import type { ErrorEvent } from '../../errors/error-event.ts';
import { podHash } from '../../issues/distinct-count.ts';
import { issueOf } from '../../issues/identity.ts';
import type { Issue } from '../../issues/issue.ts';
import type { Amendment, CountedEvent, VersionHeard } from '../../issues/issue-store.ts';
import { OtherIssues } from '../../issues/other-issue.ts';
import { applyAmendment, applyCounted, applyEvent, applyRate } from '../../issues/lifecycle.ts';
import type { Database } from './database.ts';
import { EventRows } from './event-rows.ts';
import { hourOf } from './hours.ts';
import type { IssueRows } from './issue-rows.ts';
import { IssueUpkeep } from './issue-upkeep.ts';
import { type EventFacts, renamed } from './packed-events.ts';
import type { SharedTables } from './shared-tables.ts';
import { type Occurrence, stronger, TouchedIssues } from './touched-issues.ts';
import type { VersionTable } from './version-table.ts';

/** Writes error events, and what they make of their issues. */
export class EventWriter {
  private readonly tables: SharedTables;
  private readonly rows: IssueRows;
  private readonly events: EventRows;
  private readonly upkeep: IssueUpkeep;
  private readonly others = new OtherIssues();

  constructor(database: Database, tables: SharedTables, rows: IssueRows) {
    this.tables = tables;
    this.rows = rows;
    this.events = new EventRows(database, tables);
    this.upkeep = new IssueUpkeep(rows, this.events, tables.hours);
  }

  /** Those whose severity was held by a process that is no more: nothing more will be heard of them. */
  settleHeld(): void {
    this.tables.transaction(() => {
      this.upkeep.settleHeld();
      this.tables.texts.index();
    });
  }

  /** What becomes of issues with time. */
  calm(at: number): void {
    if (this.upkeep.isDue(at)) this.tables.transaction(() => this.upkeep.calm(at));
  }

  noteVersions(versions: readonly VersionHeard[]): void {
    this.tables.transaction(() => {
      for (const { at, ...version } of versions) this.tables.versions.seen(version, at);
    });
  }

  /** @returns the ids of those that were new */
  record(
    events: readonly ErrorEvent[],
    at: number,
    counted: readonly CountedEvent[] = [],
    amendments: readonly Amendment[] = [],
  ): readonly string[] {
    return this.tables.transaction(() => {
      const touched = new TouchedIssues(this.rows);
      const stored: string[] = [];
      for (const event of events) if (this.recordEvent(event, touched, at)) stored.push(event.id);
      for (const event of counted) if (this.countEvent(event, touched, at)) stored.push(event.id);
      for (const amendment of amendments) this.amend(amendment, touched);
      this.write(touched, at);
      this.upkeep.calm(at);
      this.tables.texts.index();
      this.tables.operations.write();
      return stored;
    });
  }

  private write(touched: TouchedIssues, at: number): void {
    for (const { issue, kind, occurrences, kept } of touched.all()) {
      this.tables.hours.add(
        issue.id,
        occurrences.map(({ time }) => time),
      );
      const rated = applyRate(issue, this.tables.hours.rate(issue.id, hourOf(at)), at);
      this.rows.write(this.withDistinct(rated, occurrences), kept);
      const isRising = rated !== issue && rated.state === 'escalating';
      this.rows.noteChange(issue.id, isRising ? stronger(kind, 'escalated') : kind, at);
    }
  }

  private withDistinct(issue: Issue, occurrences: readonly Occurrence[]): Issue {
    const { distinct } = this.tables;
    const users = occurrences.flatMap(({ userHash }) => userHash ?? []);
    const pods = occurrences.flatMap(({ podHash: hash }) => hash ?? []);
    return {
      ...issue,
      // Where the sketch was begun anew it tells of fewer for a while.
      users: Math.max(issue.users, distinct.add(issue.id, 'users', users) ?? 0),
      pods: distinct.add(issue.id, 'pods', pods) ?? issue.pods,
    };
  }

  /** The issue or the event may be gone by now. */
  private amend(amendment: Amendment, touched: TouchedIssues): void {
    const { eventId } = amendment;
    const event = this.events.get(eventId);
    if (event !== undefined) this.events.replace(eventId, amendedEvent(event, amendment));
    const known = this.tables.names.issue(amendment.issueId, (id) => touched.get(id));
    // One that was evicted meanwhile is settled all the same.
    const wasHeld = event === undefined ? amendment.isHeld === true : event.held !== undefined;
    if (known !== undefined) touched.amend(applyAmendment(known, amendment, wasHeld));
  }

  /** @returns whether the event is new */
  private recordEvent(given: ErrorEvent, touched: TouchedIssues, at: number): boolean {
    const { id: eventId, otherId, time, userHash } = given;
    if (this.tables.counted.has(eventId) || this.isToldOf(otherId)) return false;
    const { event, known } = this.placed(given, touched);
    // The issue's row comes first, since the event refers to it; but not for an event that is there already.
    if (known === undefined && this.events.has(eventId)) return false;
    const applied = applyEvent(known, event, (since) => this.seen(event, at, time) > since);
    const { id } = applied.issue;
    if (known === undefined) {
      applied.issue = { ...applied.issue, firstVersionAt: this.versionAt(event, at) };
      this.rows.write(applied.issue);
    }
    const kept = known === undefined ? 0 : touched.kept(id);
    // Each issue has an event that says what it is about; of all others it is enough that they were, if there is no room.
    const isWhole = known === undefined || this.tables.room.isWithin('event');
    if (isWhole ? !this.events.insert(event, id, at, kept + 1) : this.events.has(eventId)) return false;
    if (!isWhole) this.tables.counted.add({ ...event, issueId: id });
    this.seen(event, at, time);
    this.tables.operations.note(event);
    touched.note(applied, { time, userHash, podHash: podHash(event) }, isWhole ? kept + 1 : kept);
    return true;
  }

  /** The issue that an event belongs to, if it is there, and the event as one of that. */
  private placed(given: ErrorEvent, touched: TouchedIssues): { event: ErrorEvent; known: Issue | undefined } {
    const { names } = this.tables;
    const get = (id: string): Issue | undefined => touched.get(id);
    const known = names.issueOf(given, get);
    if (known !== undefined)
      return { event: known.fingerprint === given.fingerprint ? given : renamed(given, known), known };
    if (this.tables.hasRoomForIssue()) return { event: given, known };
    const event = renamed(given, this.others.nameOf(given));
    const other = issueOf(event);
    names.lend(issueOf(given), other);
    return { event, known: get(other) };
  }

  /** @returns whether the event is new */
  private countEvent(event: CountedEvent, touched: TouchedIssues, at: number): boolean {
    const { id, otherId, time, version } = event;
    if (this.events.has(id) || this.isToldOf(otherId) || this.tables.counted.has(id)) return false;
    const known = this.tables.names.issue(event.issueId, (name) => touched.get(name));
    if (known === undefined) throw new Error(`an event of the issue ${event.issueId}, which is not there`);
    this.tables.counted.add({ ...event, issueId: known.id });
    const { service, environment, operation } = known;
    this.tables.operations.note({ service, operation, time });
    const isVersionNewSince = (since: number): boolean =>
      this.seen({ service, environment, version }, at, time) > since;
    touched.note(applyCounted(known, { time, version, isVersionNewSince }), event);
    return true;
  }

  /** @returns when the app's version was heard of for the first time */
  private seen(of: Parameters<VersionTable['seen']>[0], at: number, time: number): number {
    return this.tables.versions.seen(of, Math.min(at, time));
  }

  /** The same; undefined if the event has no version. */
  private versionAt(event: ErrorEvent, at: number): number | undefined {
    const since = this.seen(event, at, event.time);
    return Number.isFinite(since) ? since : undefined;
  }

  /** @param otherId under which another signal may have told of an event */
  private isToldOf(otherId: string | undefined): boolean {
    return otherId !== undefined && (this.events.has(otherId) || this.tables.counted.has(otherId));
  }
}

/** Its severity is settled, and it keeps what else is new. */
function amendedEvent(event: EventFacts, { severity, swallowed, likelyCause }: Amendment): EventFacts {
  return {
    ...event,
    ...(severity === undefined ? {} : { severity, held: undefined }),
    ...(swallowed === undefined ? {} : { swallowed }),
    ...(likelyCause === undefined ? {} : { likelyCause }),
  };
}
