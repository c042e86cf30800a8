import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import { issueId } from '../../issues/identity.ts';
import { type Issue, type IssueChangeKind, issueChangeKinds } from '../../issues/issue.ts';
import type { Amendment, CountedEvent } from '../../issues/issue-store.ts';
import {
  type Applied,
  applyAmendment,
  applyCounted,
  applyEvent,
  settleHeld,
} from '../../issues/lifecycle.ts';
import { CountedTable } from './counted-table.ts';
import type { Database } from './database.ts';
import type { HourTable } from './hour-table.ts';
import { type IssueRows, readIssue } from './issue-rows.ts';
import { type EventFacts, writtenEvent } from './packed-events.ts';
import { StackTable } from './stack-table.ts';
import { VersionTable } from './version-table.ts';

/** Writes error events, and what they make of their issues. */
export class EventWriter {
  private readonly database: Database;
  private readonly rows: IssueRows;
  private readonly hours: HourTable;
  private readonly stacks: StackTable;
  private readonly counted: CountedTable;
  private readonly versions: VersionTable;
  private readonly selectEvent: StatementSync;
  private readonly insertEvent: StatementSync;
  private readonly insertAttribute: StatementSync;
  private readonly selectDocument: StatementSync;
  private readonly updateDocument: StatementSync;
  private readonly selectHeld: StatementSync;
  private readonly settleEvents: StatementSync;

  constructor(database: Database, rows: IssueRows, hours: HourTable) {
    this.database = database;
    this.rows = rows;
    this.hours = hours;
    this.stacks = new StackTable(database);
    this.counted = new CountedTable(database);
    this.versions = new VersionTable(database);
    this.selectEvent = database.prepare('SELECT 1 FROM events WHERE id = ?');
    this.insertEvent = database.prepare(
      'INSERT INTO events (id, issue_id, time, stack_id, document) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.insertAttribute = database.prepare(
      'INSERT INTO event_attributes (key, value, event_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.selectDocument = database.prepare('SELECT document FROM events WHERE id = ?');
    this.updateDocument = database.prepare('UPDATE events SET document = ? WHERE id = ?');
    this.selectHeld = database.prepare('SELECT document FROM issues WHERE held > 0');
    this.settleEvents = database.prepare(`
      UPDATE events SET document = json_remove(json_set(document, '$.severity', document ->> '$.held'), '$.held')
      WHERE issue_id = ? AND document ->> '$.held' IS NOT NULL`);
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
        const touched = new Touched(this.rows);
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
      throw error;
    }
  }

  /** @returns the ids of those that were new */
  private recordAll(
    events: readonly ErrorEvent[],
    counted: readonly CountedEvent[],
    touched: Touched,
    at: number,
  ): readonly string[] {
    const stored: string[] = [];
    for (const event of events) if (this.recordEvent(event, touched, at)) stored.push(event.id);
    for (const event of counted) if (this.countEvent(event, touched, at)) stored.push(event.id);
    return stored;
  }

  private writeTouched(touched: Touched, at: number): void {
    for (const { issue, kind, times } of touched.all()) {
      this.rows.write(issue);
      this.rows.noteChange(issue.id, kind, at);
      this.hours.add(issue.id, times);
    }
  }

  /** The issue or the event may be gone by now. */
  private amend(amendment: Amendment, touched: Touched): void {
    const { eventId, issueId: ofIssue } = amendment;
    const row = this.selectDocument.get(eventId);
    const event = row && (JSON.parse(String(row['document'])) as EventFacts);
    if (event !== undefined) this.updateDocument.run(JSON.stringify(amendedEvent(event, amendment)), eventId);
    const known = touched.get(ofIssue);
    if (known === undefined) return;
    touched.amend(applyAmendment(known, amendment, event?.held !== undefined));
  }

  /** @returns whether the event is new */
  private recordEvent(event: ErrorEvent, touched: Touched, at: number): boolean {
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
    if (known === undefined) this.rows.write(applied.issue);
    const { document, stack } = writtenEvent(event);
    const time = Math.round(event.time);
    const { changes } = this.insertEvent.run(event.id, id, time, this.stacks.idOf(stack), document);
    if (changes === 0) return false;
    for (const key of event.indexed ?? [])
      this.insertAttribute.run(key, String(event.attributes[key]), event.id);
    this.versions.seen(event, Math.min(at, event.time));
    touched.note(applied, event.time);
    return true;
  }

  /** @returns whether the event is new */
  private countEvent(event: CountedEvent, touched: Touched, at: number): boolean {
    const { id, otherId, issueId: ofIssue, time, version } = event;
    if (this.isWhole(id) || this.isToldOf(otherId) || !this.counted.add(event)) return false;
    const known = touched.get(ofIssue);
    if (known === undefined) throw new Error(`an event of the issue ${ofIssue}, which is not there`);
    const { service, environment } = known;
    const isVersionNewSince = (since: number): boolean =>
      this.versions.seen({ service, environment, version }, Math.min(at, time)) > since;
    touched.note(applyCounted(known, { time, version, isVersionNewSince }), time);
    return true;
  }

  private isWhole(eventId: string): boolean {
    return this.selectEvent.get(eventId) !== undefined;
  }

  /** @param otherId under which another signal may have told of an event */
  private isToldOf(otherId: string | undefined): boolean {
    return otherId !== undefined && (this.isWhole(otherId) || this.counted.has(otherId));
  }
}

interface TouchedIssue {
  issue: Issue;
  /** The strongest of what happened to it. */
  kind: IssueChangeKind;
  /** Of its new events. */
  times: number[];
}

/** The issues of one transaction, each read and written once. */
class Touched {
  private readonly rows: IssueRows;
  private readonly byId = new Map<string, TouchedIssue>();

  constructor(rows: IssueRows) {
    this.rows = rows;
  }

  get(id: string): Issue | undefined {
    return this.byId.get(id)?.issue ?? this.rows.get(id);
  }

  note({ issue, kind }: Applied, time: number): void {
    const before = this.byId.get(issue.id);
    if (before === undefined) {
      this.byId.set(issue.id, { issue, kind, times: [time] });
      return;
    }
    before.issue = issue;
    before.kind = stronger(before.kind, kind);
    before.times.push(time);
  }

  amend(issue: Issue): void {
    const before = this.byId.get(issue.id);
    if (before === undefined) this.byId.set(issue.id, { issue, kind: 'amended', times: [] });
    else before.issue = issue;
  }

  all(): Iterable<TouchedIssue> {
    return this.byId.values();
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

function stronger(a: IssueChangeKind, b: IssueChangeKind): IssueChangeKind {
  return issueChangeKinds.indexOf(a) <= issueChangeKinds.indexOf(b) ? a : b;
}
