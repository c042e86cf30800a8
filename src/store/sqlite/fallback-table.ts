import type { StatementSync } from 'node:sqlite';
import type { TimelineEntry } from '../../alerting/timeline.ts';
import { notifyOperation, ownService } from '../../conventions/own-failures.ts';
import { type Fallback, fallbackReason } from '../../notify/fallback.ts';
import type { Database } from './database.ts';
import { isWaiting } from './delivery-rows.ts';
import { TimelineTable } from './timeline-table.ts';

/** It was tried to tell it in a digest: what has come to hold it back meanwhile holds it back at the other receiver as well. */
const isInDigest = 'in_digest = 1 AND digest_revision > 0';

/** Deliveries given to another receiver in one step. */
const mostAtOnce = 500;

/**
 * Deliveries that one receiver has in the place of another, which does not take them. What it has one of already, for whatever reason, is
 * shown once. Of what people have seen of an incident, no more than that it goes on after all is worth telling others; and a receiver's
 * own failure is never told through itself.
 */
export class FallbackTable {
  private readonly database: Database;
  private readonly timelines: TimelineTable;
  private readonly insert: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.timelines = new TimelineTable(database);
    this.insert = database.prepare(`
      INSERT INTO deliveries (receiver, incident_key, severity_rank, wanted_revision, state_revision, wanted_since, fallback_of, held_by)
      SELECT ?1, incident_key, severity_rank, wanted_revision, state_revision, ?2, ?3, held_by
      FROM deliveries AS refused JOIN incidents ON incidents.key = incident_key
      WHERE refused.receiver = ?4 AND shown_revision < wanted_revision AND shown_revision < state_revision
        AND NOT (${isWaiting('?2')}) AND (shown_revision = 0 OR state = 'firing') AND iif(?5 IS NULL, held_by IS NULL OR ${isInDigest}, incident_key = ?5)
        AND NOT (service = '${ownService}' AND ifnull(document ->> '$.issue.operation', '') = ?6)
        AND NOT EXISTS (SELECT 1 FROM deliveries AS own WHERE own.receiver = ?1 AND own.incident_key = refused.incident_key)
      LIMIT ${mostAtOnce} RETURNING incident_key, held_by`);
  }

  /** All that is to be shown. @returns how many; there may be more */
  fallBack(fallback: Fallback, at: number): number {
    return this.database.transaction(() => this.give(fallback, at));
  }

  /**
   * @param incidentKey of one that was just tried: what has come to hold it back meanwhile, a silence, say, holds it back there as well.
   *   Undefined: of whatever is to be shown
   */
  give({ receiver, to, reason }: Fallback, at: number, incidentKey?: string): number {
    const time = Math.round(at);
    const document = JSON.stringify({ receiver, reason });
    const given = this.insert.all(to, time, document, receiver, incidentKey ?? null, notifyOperation(to));
    for (const row of given) {
      const about = { at, receiver: to };
      const entries: TimelineEntry[] = [
        { ...about, kind: 'fallback', reason: fallbackReason({ receiver, reason }) },
      ];
      const heldBy = row['held_by'];
      if (heldBy !== null) entries.push({ ...about, kind: 'held', reason: String(heldBy) });
      this.timelines.append(String(row['incident_key']), entries);
    }
    return given.length;
  }
}
