import type { StatementSync } from 'node:sqlite';
import type {
  AlertStep,
  AlertStore,
  FiringCount,
  IncidentList,
  IncidentQuery,
  PendingChange,
  StandingDelivery,
  StandingIncident,
} from '../../alerting/alert-store.ts';
import type { Deployed } from '../../alerting/deployment.ts';
import type { ConditionIncident, Incident, IssueIncident } from '../../alerting/incident.ts';
import { issueLabels } from '../../alerting/labels.ts';
import { type Grouping, longestWaitMillis } from '../../alerting/routing/grouping.ts';
import {
  type DeliveryChange,
  deliveryEntries,
  type TimelineEntry,
  type TimelineRecord,
} from '../../alerting/timeline.ts';
import { severities } from '../../errors/error-event.ts';
import type { IssueChangeKind } from '../../issues/issue.ts';
import type { Page } from '../../issues/issue-store.ts';
import type { SynchronousStore } from '../store.ts';
import type { Database } from './database.ts';
import { readIssue } from './issue-rows.ts';
import { pageOf, Selection } from './selection.ts';
import { TimelineTable } from './timeline-table.ts';

interface DeliveryRow {
  receiver: string;
  heldBy: string | null;
}

/** Incidents, and which changes they took in: a change that was looked at is deleted, so what is there is pending. */
export class AlertTables implements Pick<SynchronousStore, keyof (AlertStore & IncidentList)> {
  private readonly database: Database;
  private readonly timelines: TimelineTable;
  private readonly selectPending: StatementSync;
  private readonly selectQuiet: StatementSync;
  private readonly selectDeployed: StatementSync;
  private readonly selectConditions: StatementSync;
  private readonly selectFiring: StatementSync;
  private readonly deleteChanges: StatementSync;
  private readonly upsertIncident: StatementSync;
  private readonly selectStanding: StatementSync;
  private readonly selectDeliveries: StatementSync;
  private readonly wantDelivery: StatementSync;
  private readonly updateDelivery: StatementSync;
  private readonly dropDelivery: StatementSync;
  private readonly selectOne: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.timelines = new TimelineTable(database);
    this.selectPending = database.prepare(`
      SELECT seq, kind, changes.issue_id, at, issues.document, incidents.document AS incident
      FROM changes JOIN issues ON issues.id = changes.issue_id LEFT JOIN incidents ON incidents.issue_id = changes.issue_id
      ORDER BY seq LIMIT ?`);
    this.selectQuiet = database.prepare(
      `SELECT document FROM incidents WHERE state = 'firing' AND issue_id IS NOT NULL AND last_heard_at NOT BETWEEN ? AND ? ORDER BY last_heard_at LIMIT ?`,
    );
    // Of several versions the newest: a bare column has the value of the row with the maximum. The first that is heard of at all was not deployed
    // for that, but most often there before. Each place is looked up once, and not each incident.
    this.selectDeployed = database.prepare(`
      SELECT document, version, at
      FROM (SELECT service, environment, version, max(first_seen) AS at FROM versions WHERE first_seen <= ? GROUP BY service, environment HAVING count(*) > 1) AS newest
      CROSS JOIN incidents INDEXED BY incidents_by_version
        ON incidents.service = newest.service AND incidents.environment = newest.environment AND knows_until < at
      WHERE state = 'firing' AND issue_id IS NOT NULL LIMIT ?`);
    this.selectConditions = database.prepare(
      `SELECT document FROM incidents WHERE state = 'firing' AND issue_id IS NULL AND key > ? ORDER BY key LIMIT ?`,
    );
    this.selectFiring = database.prepare(`
      SELECT alerts.value ->> 'alertname' AS alertname, count(*) AS incidents FROM incidents, json_each(coalesce(document -> '$.alerts', '[' || document || ']')) AS alerts
      WHERE state = 'firing' AND alerts.value ->> 'endsAt' IS NULL GROUP BY 1`);
    this.deleteChanges = database.prepare('DELETE FROM changes WHERE seq <= ?');
    this.upsertIncident = database.prepare(`
      INSERT INTO incidents (key, issue_id, state, last_heard_at, document) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET state = excluded.state, last_heard_at = excluded.last_heard_at, document = excluded.document`);
    this.selectStanding = database.prepare(`
      WITH standing (key) AS (
        SELECT key FROM incidents INDEXED BY incidents_firing WHERE state = 'firing'
        UNION SELECT incident_key FROM deliveries INDEXED BY deliveries_wanted WHERE shown_revision < wanted_revision
      )
      SELECT incidents.key, document, (
        SELECT json_group_array(json_array(receiver, held_by, ${wasShown} OR fallback_of IS NOT NULL, json(grouping))) FROM deliveries WHERE incident_key = incidents.key
      ) AS deliveries
      FROM standing CROSS JOIN incidents ON incidents.key = standing.key WHERE standing.key > ? ORDER BY standing.key LIMIT ?`);
    this.selectDeliveries = database.prepare(
      'SELECT receiver, held_by AS heldBy FROM deliveries WHERE incident_key = ?',
    );
    this.wantDelivery = database.prepare(`
      INSERT INTO deliveries (severity_rank, wanted_revision, state_revision, wanted_since, held_by, grouping, wait_until, receiver, incident_key)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (receiver, incident_key) DO UPDATE SET ${moved('excluded')}`);
    this.updateDelivery = database.prepare(`
      UPDATE deliveries SET ${moved('given')} FROM (
        SELECT ? AS severity_rank, ? AS wanted_revision, ? AS state_revision, ? AS wanted_since, ? AS held_by, ? AS grouping, ? AS wait_until
      ) AS given WHERE receiver = ? AND incident_key = ?`);
    this.dropDelivery = database.prepare(`
      DELETE FROM deliveries
      WHERE receiver = ? AND incident_key = ? AND NOT (${wasShown}) AND claimed_at IS NULL
        AND (? OR (? AND fallback_of IS NULL) OR (? AND (held_by IS NOT NULL OR wait_until BETWEEN ? AND ?)))`);
    this.selectOne = database.prepare('SELECT document FROM incidents WHERE key = ?');
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
      incident: row['incident'] === null ? undefined : readIssueIncident(row['incident']),
    }));
  }

  quietIncidents(lastHeardBefore: number, now: number, limit: number): readonly IssueIncident[] {
    return this.selectQuiet.all(lastHeardBefore, now, limit).map((row) => readIssueIncident(row['document']));
  }

  deployedIncidents(now: number, limit: number): readonly Deployed[] {
    return this.selectDeployed.all(Math.ceil(now), limit).map((row) => ({
      incident: readIssueIncident(row['document']),
      version: String(row['version']),
      at: Number(row['at']),
    }));
  }

  firingConditions(limit: number, after: string): readonly ConditionIncident[] {
    return this.selectConditions
      .all(after, limit)
      .map((row) => readIncident(row['document']) as ConditionIncident);
  }

  countFiring(): readonly FiringCount[] {
    return this.selectFiring.all() as unknown as FiringCount[];
  }

  standingIncidents(limit: number, after: string): readonly StandingIncident[] {
    return this.selectStanding.all(after, limit).map((row) => ({
      incident: readIncident(row['document']),
      deliveries: readStanding(String(row['deliveries'])),
    }));
  }

  commitStep(step: AlertStep): void {
    this.database.transaction(() => {
      this.deleteChanges.run(step.cursor);
      for (const incident of step.incidents) {
        const { key, issue, state, lastHeardAt } = incident;
        this.upsertIncident.run(key, issue?.id ?? null, state, lastHeardAt, documentOf(incident));
        const changes = this.commitDeliveries(incident, step);
        this.timelines.append(key, entriesOf(incident, step, changes));
      }
    });
  }

  private commitDeliveries(incident: Incident, step: AlertStep): DeliveryChange[] {
    const rows = this.selectDeliveries.all(incident.key) as unknown as DeliveryRow[];
    const before = new Map(rows.map(({ receiver, heldBy }) => [receiver, { heldBy: heldBy ?? undefined }]));
    return step.receivers.map((receiver) => ({
      receiver,
      before: before.get(receiver),
      after: this.commitDelivery(incident, receiver, step, before.has(receiver)),
    }));
  }

  /** @returns how it is now; undefined if there is none */
  private commitDelivery(
    incident: Incident,
    receiver: string,
    { withheld, held, groupings, at }: AlertStep,
    isThere: boolean,
  ): DeliveryChange['after'] {
    const { key, severity, state, revision, stateRevision } = incident;
    const isFor = !withheld?.[key]?.includes(receiver);
    const heldBy = held?.[key]?.[receiver];
    // Also what is told in another's place.
    const isOver = state === 'ended' && heldBy !== undefined;
    const grouping = groupings?.[key]?.[receiver];
    // Later than that is none that waits now: the clock was set back.
    const later = [at + 1, at + longestWaitMillis(grouping)];
    // Who waited until the very end is told as little as who still does.
    const reasons = [isOver, !isFor, state === 'ended'].map(Number);
    if (
      isThere &&
      reasons.includes(1) &&
      this.dropDelivery.run(receiver, key, ...reasons, ...later).changes > 0
    )
      return undefined;
    // Nobody is told of an end who was not to be told of the beginning.
    const isWanted = isFor && state === 'firing';
    if (!isWanted && !isThere) return undefined;
    const statement = isWanted ? this.wantDelivery : this.updateDelivery;
    const rank = severities.indexOf(severity);
    const waitUntil = at + (grouping?.waitMillis ?? 0);
    statement.run(
      rank,
      revision,
      stateRevision,
      isThere ? at : waitUntil,
      heldBy ?? null,
      grouping === undefined ? null : JSON.stringify(grouping),
      waitUntil,
      receiver,
      key,
    );
    return { heldBy };
  }

  readTimeline(incidentKey: string): readonly TimelineRecord[] | undefined {
    return this.timelines.readTimeline(incidentKey);
  }

  getIncident(key: string): Incident | undefined {
    const row = this.selectOne.get(key);
    return row && readIncident(row['document']);
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

function entriesOf(incident: Incident, step: AlertStep, changes: readonly DeliveryChange[]): TimelineEntry[] {
  const { key } = incident;
  const { at, timeline, routed } = step;
  const to = routed?.[key];
  return [
    ...(timeline?.[key] ?? []),
    ...(to === undefined ? [] : [{ at, kind: 'routed' as const, ...to }]),
    ...deliveryEntries(incident, changes, at),
  ];
}

/** Whether a delivery has led to anything that people can see. */
const wasShown = 'shown_revision > 0 OR reposts > 0';

/** What becomes of a delivery with each revision of its incident. */
function moved(next: string): string {
  return `
    severity_rank = ${next}.severity_rank,
    wanted_since = iif(
      deliveries.held_by IS NULL
        AND (deliveries.shown_revision < deliveries.wanted_revision OR ${next}.wanted_revision = deliveries.wanted_revision),
      deliveries.wanted_since, ${next}.wanted_since),
    wanted_revision = ${next}.wanted_revision,
    state_revision = ${next}.state_revision,
    held_by = ${next}.held_by,
    -- Who waits goes on to, unless it is said otherwise now.
    wait_until = iif(deliveries.grouping IS ${next}.grouping, deliveries.wait_until, ${next}.wait_until),
    grouping = ${next}.grouping`;
}

function readStanding(deliveries: string): StandingDelivery[] {
  const rows = JSON.parse(deliveries) as [
    receiver: string,
    heldBy: string | null,
    wasShown: number,
    grouping: Grouping | null,
  ][];
  return rows.map(([receiver, heldBy, shown, grouping]) => ({
    receiver,
    heldBy: heldBy ?? undefined,
    wasShown: shown === 1,
    ...(grouping !== null && { grouping }),
  }));
}

/** What is in the issue is not written twice. */
function documentOf(incident: Incident): string {
  if (incident.issue === undefined) return JSON.stringify(incident);
  const { labels: _labels, severity: _severity, ...rest } = incident;
  return JSON.stringify(rest satisfies StoredIncident);
}

export function readIncident(document: unknown): Incident {
  const incident = JSON.parse(String(document)) as ConditionIncident | StoredIncident;
  return incident.issue === undefined ? incident : whole(incident);
}

function readIssueIncident(document: unknown): IssueIncident {
  return whole(JSON.parse(String(document)) as StoredIncident);
}

type Newer = 'alerts' | 'toldSwallowed';
type StoredIncident = Omit<IssueIncident, Newer | 'labels' | 'severity'> &
  Partial<Pick<IssueIncident, Newer>>;

function whole(incident: StoredIncident): IssueIncident {
  const { alertname, startsAt, endsAt, issue } = incident;
  return {
    ...incident,
    severity: issue.severity,
    labels: issueLabels(alertname, issue),
    // There was one rule once, and each incident its alert.
    alerts: incident.alerts ?? [{ alertname, startsAt, endsAt, revision: 1 }],
    toldSwallowed: incident.toldSwallowed ?? issue.swallowed,
  };
}
