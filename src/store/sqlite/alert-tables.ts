import type { StatementSync } from 'node:sqlite';
import type {
  AlertStep,
  AlertStore,
  FiringCount,
  IncidentList,
  IncidentQuery,
  PendingChange,
} from '../../alerting/alert-store.ts';
import type { Incident } from '../../alerting/incident.ts';
import { severities } from '../../errors/error-event.ts';
import type { IssueChangeKind } from '../../issues/issue.ts';
import type { Page } from '../../issues/issue-store.ts';
import type { SynchronousStore } from '../store.ts';
import type { Database } from './database.ts';
import { readIssue } from './issue-rows.ts';
import { pageOf, Selection } from './selection.ts';

/** Incidents, and which changes they took in: a change that was looked at is deleted, so what is there is pending. */
export class AlertTables implements Pick<SynchronousStore, keyof (AlertStore & IncidentList)> {
  private readonly database: Database;
  private readonly selectPending: StatementSync;
  private readonly selectQuiet: StatementSync;
  private readonly selectFiring: StatementSync;
  private readonly deleteChanges: StatementSync;
  private readonly upsertIncident: StatementSync;
  private readonly wantDelivery: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.selectPending = database.prepare(`
      SELECT seq, kind, changes.issue_id, at, issues.document, incidents.document AS incident
      FROM changes JOIN issues ON issues.id = changes.issue_id LEFT JOIN incidents ON incidents.issue_id = changes.issue_id
      ORDER BY seq LIMIT ?`);
    this.selectQuiet = database.prepare(
      `SELECT document FROM incidents WHERE state = 'firing' AND last_heard_at NOT BETWEEN ? AND ? ORDER BY last_heard_at LIMIT ?`,
    );
    this.selectFiring = database.prepare(`
      SELECT alerts.value ->> 'alertname' AS alertname, count(*) AS incidents FROM incidents, json_each(coalesce(document -> '$.alerts', '[' || document || ']')) AS alerts
      WHERE state = 'firing' AND alerts.value ->> 'endsAt' IS NULL GROUP BY 1`);
    this.deleteChanges = database.prepare('DELETE FROM changes WHERE seq <= ?');
    this.upsertIncident = database.prepare(`
      INSERT INTO incidents (key, issue_id, state, last_heard_at, document) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET state = excluded.state, last_heard_at = excluded.last_heard_at, document = excluded.document`);
    this.wantDelivery = database.prepare(`
      INSERT INTO deliveries (receiver, incident_key, severity_rank, wanted_revision, state_revision, wanted_since)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (receiver, incident_key) DO UPDATE SET
        severity_rank = excluded.severity_rank,
        wanted_since = iif(shown_revision < wanted_revision, wanted_since, excluded.wanted_since),
        wanted_revision = excluded.wanted_revision,
        state_revision = excluded.state_revision`);
  }

  pendingChanges(limit: number): readonly PendingChange[] {
    return this.selectPending.all(limit).map((row) => ({
      change: {
        seq: Number(row['seq']),
        kind: String(row['kind']) as IssueChangeKind,
        issueId: String(row['issue_id']),
        at: Number(row['at']),
      },
      issue: readIssue(row),
      incident: row['incident'] === null ? undefined : readIncident(row['incident']),
    }));
  }

  quietIncidents(lastHeardBefore: number, now: number, limit: number): readonly Incident[] {
    return this.selectQuiet.all(lastHeardBefore, now, limit).map((row) => readIncident(row['document']));
  }

  countFiring(): readonly FiringCount[] {
    return this.selectFiring.all() as unknown as FiringCount[];
  }

  commitStep({ cursor, incidents, receivers, withheld = {}, at }: AlertStep): void {
    this.database.transaction(() => {
      this.deleteChanges.run(cursor);
      for (const incident of incidents) {
        const { key, issue, state, lastHeardAt, revision, stateRevision } = incident;
        this.upsertIncident.run(key, issue.id, state, lastHeardAt, JSON.stringify(incident));
        const rank = severities.indexOf(issue.severity);
        for (const receiver of receivers.filter((name) => !withheld[key]?.includes(name)))
          this.wantDelivery.run(receiver, key, rank, revision, stateRevision, at);
      }
    });
  }

  listIncidents({ states, severities, service, limit, cursor }: IncidentQuery): Page<Incident> {
    const selection = new Selection('incidents', ['starts_at', 'key'])
      .anyOf('state', states)
      .anyOf('severity', severities)
      .where('service = ?', service)
      .after(cursor);
    const sql = (found: string, order: string): string => `
      SELECT starts_at, key, document FROM incidents
      WHERE key IN (SELECT key FROM incidents INDEXED BY incidents_listed ${found}) ${order}`;
    const rows = selection.rows(this.database, sql, limit);
    return pageOf(rows, selection, limit, (row) => readIncident(row['document']));
  }
}

export function readIncident(document: unknown): Incident {
  type Older = Omit<Incident, 'alerts' | 'toldSwallowed'> & Partial<Incident>;
  const incident = JSON.parse(String(document)) as Older;
  // There was one rule once, and each incident its alert.
  const { alertname, startsAt, endsAt, alerts = [{ alertname, startsAt, endsAt, revision: 1 }] } = incident;
  const { toldSwallowed = incident.issue.swallowed } = incident;
  return { ...incident, alerts, toldSwallowed };
}
