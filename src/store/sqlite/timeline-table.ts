import type { StatementSync } from 'node:sqlite';
import type { TimelineEntry, TimelineKind, TimelineRecord } from '../../alerting/timeline.ts';
import type { IssueLogEntry } from '../../issues/issue-action.ts';
import { cut } from '../../notify/cut.ts';
import type { Database } from './database.ts';

/** Of each incident so many entries are kept: those that say how it began, and the last ones. */
const firstKept = 50;
const lastKept = 150;
/** UTF-16 units of what somebody else says: a receiver's answer. */
const mostReason = 300;

const kindOf: Record<IssueLogEntry['action']['kind'], TimelineKind> = {
  acknowledge: 'acknowledged',
  resolve: 'resolved',
  ignore: 'ignored',
  reopen: 'reopened',
};

/**
 * What happened to incidents on their way to people, written in the transactions in which it did. The numbers of an incident's entries
 * are one behind the other, so that a gap says how many have gone.
 */
export class TimelineTable {
  private readonly selectLast: StatementSync;
  private readonly selectRouted: StatementSync;
  private readonly selectNumber: StatementSync;
  private readonly insert: StatementSync;
  private readonly updateRepeated: StatementSync;
  private readonly deleteMiddle: StatementSync;
  private readonly selectAll: StatementSync;
  private readonly selectPending: StatementSync;
  private readonly selectIncident: StatementSync;
  private readonly selectOfIssue: StatementSync;

  constructor(database: Database) {
    // What is about all of them stands between what is about each.
    this.selectLast = database.prepare(`
      SELECT seq, kind, receiver, document FROM timelines WHERE incident_key = ? AND receiver IN ('', ?) ORDER BY seq DESC LIMIT 1`);
    this.selectRouted = database.prepare(
      `SELECT document FROM timelines WHERE incident_key = ? AND kind = 'routed' ORDER BY seq DESC LIMIT 1`,
    );
    this.selectNumber = database.prepare('SELECT max(seq) AS seq FROM timelines WHERE incident_key = ?');
    this.insert = database.prepare(`
      INSERT INTO timelines (incident_key, seq, at, last_at, kind, receiver, revision, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.updateRepeated = database.prepare(
      'UPDATE timelines SET count = count + 1, last_at = ?, revision = ? WHERE incident_key = ? AND seq = ?',
    );
    this.deleteMiddle = database.prepare(
      'DELETE FROM timelines WHERE incident_key = ? AND seq > ? AND seq <= ?',
    );
    this.selectPending = database.prepare(`
      SELECT receiver, wanted_since, last_error FROM deliveries
      WHERE incident_key = ? AND shown_revision < wanted_revision AND held_by IS NULL ORDER BY receiver`);
    this.selectAll = database.prepare('SELECT * FROM timelines WHERE incident_key = ? ORDER BY seq');
    this.selectIncident = database.prepare('SELECT 1 FROM incidents WHERE key = ?');
    this.selectOfIssue = database.prepare('SELECT key FROM incidents WHERE issue_id = ?');
  }

  /** To be called in the transaction in which it happens. */
  append(incidentKey: string, entries: readonly TimelineEntry[]): void {
    let before: number | undefined;
    let added = 0;
    for (const entry of entries) {
      const document = documentOf(entry);
      // Where nothing stands, nothing is looked for.
      if (before !== 0 && this.isKnown(incidentKey, entry, document)) continue;
      before ??= Number(this.selectNumber.get(incidentKey)?.['seq'] ?? 0);
      this.add(incidentKey, before + ++added, entry, document);
    }
    const seq = (before ?? 0) + added;
    if (seq > firstKept + lastKept) this.deleteMiddle.run(incidentKey, firstKept, seq - lastKept);
  }

  /** Somebody did something to an issue: that of its incident, if it has one. */
  act(issueId: string, { at, by, action }: IssueLogEntry): void {
    const key = this.selectOfIssue.get(issueId)?.['key'];
    if (key !== undefined) this.append(String(key), [{ at, kind: kindOf[action.kind], by }]);
  }

  readTimeline(incidentKey: string): readonly TimelineRecord[] | undefined {
    if (this.selectIncident.get(incidentKey) === undefined) return undefined;
    const records: TimelineRecord[] = [];
    let before = 0;
    for (const row of this.selectAll.all(incidentKey)) {
      const record = readRecord(row);
      const missing = Number(row['seq']) - before - 1;
      if (missing > 0) {
        const at = records.at(-1)?.lastAt ?? record.at;
        records.push({ at, lastAt: record.at, kind: 'omitted', count: missing });
      }
      records.push(record);
      before = Number(row['seq']);
    }
    return [...records, ...this.selectPending.all(incidentKey).map(readPending)];
  }

  /** What stands there already is not said again, but counted. */
  private isKnown(incidentKey: string, entry: TimelineEntry, document: string): boolean {
    const { at, kind, receiver, revision } = entry;
    if (kind === 'routed') return this.selectRouted.get(incidentKey)?.['document'] === document;
    if (receiver === undefined) return false;
    const last = this.selectLast.get(incidentKey, receiver);
    if (last?.['kind'] !== kind || last['receiver'] !== receiver || last['document'] !== document)
      return false;
    this.updateRepeated.run(Math.round(at), revision ?? null, incidentKey, last['seq']!);
    return true;
  }

  private add(incidentKey: string, seq: number, entry: TimelineEntry, document: string): void {
    const { kind, receiver = '', revision = null } = entry;
    const at = Math.round(entry.at);
    this.insert.run(incidentKey, seq, at, at, kind, receiver, revision, document);
  }
}

/**
 * Says the same in the timelines of many deliveries at once: there may be thousands.
 * @param which deliveries, by one parameter behind those of the entry: its time, kind and document
 * @param revision the column that has that of the incident
 */
export function noteEach(which: string, revision = 'wanted_revision'): string {
  return `
    INSERT INTO timelines (incident_key, seq, at, last_at, kind, receiver, revision, document)
    SELECT incident_key, 1 + ifnull((SELECT max(seq) FROM timelines WHERE timelines.incident_key = deliveries.incident_key), 0),
      ?1, ?1, ?2, receiver, ${revision}, ?3
    FROM deliveries WHERE ${which.replace('?', '?4')}`;
}

function documentOf(entry: TimelineEntry): string {
  const { at: _at, kind: _kind, receiver: _receiver, revision: _revision, reason, ...rest } = entry;
  return JSON.stringify({ ...(reason !== undefined && { reason: cut(reason, mostReason) }), ...rest });
}

function readPending({ receiver, wanted_since, last_error }: Record<string, unknown>): TimelineRecord {
  const at = Number(wanted_since);
  const reason = typeof last_error === 'string' ? { reason: last_error } : {};
  return { at, lastAt: at, count: 1, kind: 'pending', receiver: String(receiver), ...reason };
}

function readRecord(row: Record<string, unknown>): TimelineRecord {
  const { receiver, revision } = row;
  return {
    at: Number(row['at']),
    lastAt: Number(row['last_at']),
    count: Number(row['count']),
    kind: row['kind'] as TimelineKind,
    ...(receiver === '' ? {} : { receiver: String(receiver) }),
    ...(revision === null ? {} : { revision: Number(revision) }),
    ...(JSON.parse(String(row['document'])) as Partial<TimelineEntry>),
  };
}
