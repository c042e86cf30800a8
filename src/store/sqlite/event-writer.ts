import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import { issueId } from '../../issues/identity.ts';
import { podHash } from '../../issues/distinct-count.ts';
import type { Issue } from '../../issues/issue.ts';
import type { Amendment, CountedEvent, VersionHeard } from '../../issues/issue-store.ts';
import { applyAmendment, applyCounted, applyEvent, applyRate, settleHeld } from '../../issues/lifecycle.ts';
import { CountedTable } from './counted-table.ts';
import type { Database } from './database.ts';
import { DistinctTable } from './distinct-table.ts';
import { type HourTable, hourOf } from './hour-table.ts';
import { type IssueRows, readIssue } from './issue-rows.ts';
import { type EventFacts, writtenEvent } from './packed-events.ts';
import { StackTable } from './stack-table.ts';
import { type Occurrence, stronger, TouchedIssues } from './touched-issues.ts';
import { VersionTable } from './version-table.ts';

/** Writes error events, and what they make of their issues. */
export class EventWriter {
  private readonly database: Database;
  private readonly rows: IssueRows;
  private readonly hours: HourTable;
  private readonly stacks: StackTable;
  private readonly counted: CountedTable;
  private readonly versions: VersionTable;
  private readonly distinct: DistinctTable;
  private readonly selectEvent: StatementSync;
  private readonly insertEvent: StatementSync;
  private readonly insertAttribute: StatementSync;
  private readonly selectDocument: StatementSync;
  private readonly updateDocument: StatementSync;
  private readonly selectHeld: StatementSync;
  private readonly selectEscalating: StatementSync;
  /** The hour in which it was last looked for issues that do not escalate any more. */
  private calmedAt = 0;
  private readonly settleEvents: StatementSync;

  constructor(database: Database, rows: IssueRows, hours: HourTable) {
    this.database = database;
    this.rows = rows;
    this.hours = hours;
    this.stacks = new StackTable(database);
    this.counted = new CountedTable(database);
    this.versions = new VersionTable(database);
    this.distinct = new DistinctTable(database);
    this.selectEvent = database.prepare('SELECT 1 FROM events WHERE id = ?');
    this.insertEvent = database.prepare(
      'INSERT INTO events (id, issue_id, time, stack_id, document) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.insertAttribute = database.prepare(
      'INSERT INTO event_attributes (key, value, event_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.selectDocument = database.prepare('SELECT document FROM events WHERE id = ?');
    this.updateDocument = database.prepare('UPDATE events SET document = ? WHERE id = ?');
    this.selectEscalating = database.prepare("SELECT document FROM issues WHERE state = 'escalating'");
    this.selectHeld = database.prepare('SELECT document FROM issues WHERE held > 0');
    this.settleEvents = database.prepare(`
      UPDATE events SET document = json_remove(json_set(document, '$.severity', document ->> '$.held'), '$.held')
      WHERE issue_id = ? AND document ->> '$.held' IS NOT NULL`);
  }

  noteVersions(versions: readonly VersionHeard[]): void {
    try {
      this.database.transaction(() => {
        for (const { at, ...version } of versions) this.versions.seen(version, at);
      });
    } catch (error) {
      this.versions.forget();
      throw error;
    }
  }

  /** Those whose severity was held by a process that is no more: nothing more will be heard of them. */
  settleHeld(): void {
    this.database.transaction(() => {
      for (const row of this.selectHeld.all()) {
        const issue = settleHeld(readIssue(row));
        this.settleEvents.run(issue.id);
        this.rows.write(issue);
        this.rows.noteChange(issue.id, 'amended', Math.round(issue.lastSeen));
      }
    });
  }

  /** @returns the ids of those that were new */
  record(
    events: readonly ErrorEvent[],
    at: number,
    counted: readonly CountedEvent[] = [],
    amendments: readonly Amendment[] = [],
  ): readonly string[] {
    try {
      return this.database.transaction(() => {
        const touched = new TouchedIssues(this.rows);
        const stored = this.recordAll(events, counted, touched, at);
        for (const amendment of amendments) this.amend(amendment, touched);
        this.writeTouched(touched, at);
        return stored;
      });
    } catch (error) {
      // What was taken for stored is not.
      this.stacks.forget();
      this.counted.forget();
      this.versions.forget();
      this.distinct.forget();
      this.hours.forget();
      throw error;
    }
  }

  /** @returns the ids of those that were new */
  private recordAll(
    events: readonly ErrorEvent[],
    counted: readonly CountedEvent[],
    touched: TouchedIssues,
    at: number,
  ): readonly string[] {
    const stored: string[] = [];
    for (const event of events) if (this.recordEvent(event, touched, at)) stored.push(event.id);
    for (const event of counted) if (this.countEvent(event, touched, at)) stored.push(event.id);
    return stored;
  }

  private writeTouched(touched: TouchedIssues, at: number): void {
    for (const { issue, kind, occurrences } of touched.all()) {
      this.hours.add(
        issue.id,
        occurrences.map(({ time }) => time),
      );
      const rated = applyRate(issue, this.hours.rate(issue.id, hourOf(at)), at);
      this.rows.write(this.withDistinct(rated, occurrences));
      const isRising = rated !== issue && rated.state === 'escalating';
      this.rows.noteChange(issue.id, isRising ? stronger(kind, 'escalated') : kind, at);
    }
    if (hourOf(at) > this.calmedAt) this.calm(at);
  }

  /** What has not happened for an hour has nothing that would say so: each hour all that escalate are looked at. */
  private calm(at: number): void {
    this.calmedAt = hourOf(at);
    for (const row of this.selectEscalating.all()) {
      const issue = readIssue(row);
      const rated = applyRate(issue, this.hours.rate(issue.id, this.calmedAt), at);
      if (rated !== issue) this.rows.write(rated);
    }
  }

  private withDistinct(issue: Issue, occurrences: readonly Occurrence[]): Issue {
    const users = occurrences.flatMap(({ userHash }) => userHash ?? []);
    const pods = occurrences.flatMap(({ podHash: hash }) => hash ?? []);
    return {
      ...issue,
      users: this.distinct.add(issue.id, 'users', users) ?? issue.users,
      pods: this.distinct.add(issue.id, 'pods', pods) ?? issue.pods,
    };
  }

  /** The issue or the event may be gone by now. */
  private amend(amendment: Amendment, touched: TouchedIssues): void {
    const { eventId, issueId: ofIssue } = amendment;
    const row = this.selectDocument.get(eventId);
    const event = row && (JSON.parse(String(row['document'])) as EventFacts);
    if (event !== undefined) this.updateDocument.run(JSON.stringify(amendedEvent(event, amendment)), eventId);
    const known = touched.get(ofIssue);
    if (known === undefined) return;
    touched.amend(applyAmendment(known, amendment, event?.held !== undefined));
  }

  /** @returns whether the event is new */
  private recordEvent(event: ErrorEvent, touched: TouchedIssues, at: number): boolean {
    const id = issueId(event.service, event.environment, event.fingerprint);
    const known = touched.get(id);
    if (this.counted.has(event.id) || this.isToldOf(event.otherId)) return false;
    // The issue's row comes first, since the event refers to it; but not for an event that is there already.
    if (known === undefined && this.isWhole(event.id)) return false;
    const applied = applyEvent(
      known,
      event,
      (time) => this.versions.seen(event, Math.min(at, event.time)) > time,
    );
    if (known === undefined) {
      applied.issue = { ...applied.issue, firstVersionAt: this.versionAt(event, at) };
      this.rows.write(applied.issue);
    }
    const { document, stack } = writtenEvent(event);
    const time = Math.round(event.time);
    const { changes } = this.insertEvent.run(event.id, id, time, this.stacks.idOf(stack), document);
    if (changes === 0) return false;
    for (const key of event.indexed ?? [])
      this.insertAttribute.run(key, String(event.attributes[key]), event.id);
    this.versions.seen(event, Math.min(at, event.time));
    touched.note(applied, { time: event.time, userHash: event.userHash, podHash: podHash(event) });
    return true;
  }

  /** @returns whether the event is new */
  private countEvent(event: CountedEvent, touched: TouchedIssues, at: number): boolean {
    const { id, otherId, issueId: ofIssue, time, version, userHash } = event;
    if (this.isWhole(id) || this.isToldOf(otherId) || !this.counted.add(event)) return false;
    const known = touched.get(ofIssue);
    if (known === undefined) throw new Error(`an event of the issue ${ofIssue}, which is not there`);
    const { service, environment } = known;
    const isVersionNewSince = (since: number): boolean =>
      this.versions.seen({ service, environment, version }, Math.min(at, time)) > since;
    touched.note(applyCounted(known, { time, version, isVersionNewSince }), {
      time,
      userHash,
      podHash: event.podHash,
    });
    return true;
  }

  /** When the event's version was first heard of; undefined if it has none. */
  private versionAt(event: ErrorEvent, at: number): number | undefined {
    const since = this.versions.seen(event, Math.min(at, event.time));
    return Number.isFinite(since) ? since : undefined;
  }

  private isWhole(eventId: string): boolean {
    return this.selectEvent.get(eventId) !== undefined;
  }

  /** @param otherId under which another signal may have told of an event */
  private isToldOf(otherId: string | undefined): boolean {
    return otherId !== undefined && (this.isWhole(otherId) || this.counted.has(otherId));
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
