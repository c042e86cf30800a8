import { systemClock } from '../../runtime/clock.ts';
import { defaultRetention, type Retention } from '../retention.ts';
import type { SynchronousStore } from '../store.ts';
import { AlertTables } from './alert-tables.ts';
import { Database, memoryBytes, memoryPath, StoreUnusable, unusable } from './database.ts';
import { ChannelTable } from './channel-table.ts';
import { GroupTable } from './group-table.ts';
import { DeliveryTables } from './delivery-tables.ts';
import { DryRunTable } from './dry-run-table.ts';
import { EventTable } from './event-table.ts';
import { IssueTables } from './issue-tables.ts';
import { LedgerTable } from './ledger-table.ts';
import { Effort } from './maintenance/effort.ts';
import { Maintenance } from './maintenance/maintenance.ts';
import { Room } from './maintenance/room.ts';
import { SilenceTable } from './silence-table.ts';
import { SharedTables } from './shared-tables.ts';
import { TaskTable } from './task-table.ts';
import { userKeyOf } from './user-key.ts';

export interface Engine {
  store: SynchronousStore;
  /** Writes everything to a file that is not there yet. */
  copyTo(path: string): void;
  close(): void;
}

/** What a store in memory forgets as a whole when it is full is to stay below that. */
const memoryShare = 3 / 4;

/**
 * The whole store in one SQLite file; blocks while it works.
 * @param monotonic milliseconds of a clock that is never set back
 * @param isStart whether the process that stored what is in it is no more: of what that one left open nothing will be heard
 * @throws StoreUnusable, StoreDamaged
 */
export function openEngine(
  path: string,
  given: Retention = defaultRetention,
  monotonic = (): number => systemClock.monotonic(),
  isStart = true,
): Engine {
  const most = path === memoryPath ? memoryBytes * memoryShare : Number.POSITIVE_INFINITY;
  const retention = { ...given, maxBytes: Math.min(given.maxBytes, most) };
  const database = new Database(path, retention.maxBytes);
  try {
    const room = new Room(path, database, retention.maxBytes);
    const tables = new SharedTables(database, room, userKeyOf(path));
    const effort = new Effort(monotonic);
    const maintenance = new Maintenance(path, database, tables, retention, effort);
    const issues = new IssueTables(database, tables);
    if (isStart) issues.settleHeld();
    const store = storeOn(database, issues, maintenance, effort);
    return { store, copyTo: (copy) => database.copyTo(copy), close: () => database.close() };
  } catch (error) {
    database.close();
    throw error instanceof StoreUnusable ? error : unusable(path, error);
  }
}

/** Prepares every statement, and so looks at every table. */
function storeOn(
  database: Database,
  issues: IssueTables,
  maintenance: Maintenance,
  effort: Effort,
): SynchronousStore {
  const events = new EventTable(database);
  const alerts = new AlertTables(database);
  const silences = new SilenceTable(database);
  const deliveries = new DeliveryTables(database);
  const groups = new GroupTable(database, deliveries);
  const channels = new ChannelTable(database);
  const dryRuns = new DryRunTable(database);
  const ledger = new LedgerTable(database);
  const tasks = new TaskTable(database);
  return {
    record: (events, at, counted = [], amendments = []) =>
      effort.storing(() => {
        maintenance.makeRoom(events.length + counted.length + amendments.length, at);
        return issues.record(events, at, counted, amendments);
      }),
    noteVersions: (...args) => issues.noteVersions(...args),
    listIssues: (...args) => issues.listIssues(...args),
    getIssue: (...args) => issues.getIssue(...args),
    changeIssue: (...args) => issues.changeIssue(...args),
    listIssueLog: (...args) => issues.listIssueLog(...args),
    trends: (...args) => issues.trends(...args),
    listEvents: (...args) => events.listEvents(...args),
    getEvent: (...args) => events.getEvent(...args),
    findSupported: (...args) => events.findSupported(...args),
    eventTrends: (...args) => issues.eventTrends(...args),
    issueStats: (...args) => issues.issueStats(...args),
    errorCounts: (...args) => issues.errorCounts(...args),
    countIssues: () => issues.countIssues(),
    pendingChanges: (...args) => alerts.pendingChanges(...args),
    quietIncidents: (...args) => alerts.quietIncidents(...args),
    deployedIncidents: (...args) => alerts.deployedIncidents(...args),
    firingConditions: (...args) => alerts.firingConditions(...args),
    standingIncidents: (...args) => alerts.standingIncidents(...args),
    commitStep: (...args) => alerts.commitStep(...args),
    countFiring: () => alerts.countFiring(),
    getIncident: (...args) => alerts.getIncident(...args),
    listIncidents: (...args) => alerts.listIncidents(...args),
    listSilences: () => silences.listSilences(),
    setSilence: (...args) => silences.setSilence(...args),
    expireSilence: (...args) => silences.expireSilence(...args),
    readTimeline: (...args) => alerts.readTimeline(...args),
    dueDeliveries: (...args) => deliveries.dueDeliveries(...args),
    nextDueAt: (...args) => deliveries.nextDueAt(...args),
    claimDelivery: (...args) => deliveries.claimDelivery(...args),
    settleDelivery: (...args) => deliveries.settleDelivery(...args),
    fallBack: (...args) => deliveries.fallBack(...args),
    setDryRun: (...args) => dryRuns.setDryRun(...args),
    forgetPauses: (...args) => deliveries.forgetPauses(...args),
    heldDeliveries: (...args) => channels.heldDeliveries(...args),
    settleHeld: (...args) => channels.settleHeld(...args),
    readChannel: (...args) => channels.readChannel(...args),
    keepChannel: (...args) => channels.keepChannel(...args),
    claimGroup: (...args) => groups.claimGroup(...args),
    releaseGroup: (...args) => groups.releaseGroup(...args),
    settleGroup: (...args) => groups.settleGroup(...args),
    toldTogether: (...args) => groups.toldTogether(...args),
    countPending: () => deliveries.countPending(),
    retryDelivery: (...args) => deliveries.retryDelivery(...args),
    listDeliveries: (...args) => deliveries.listDeliveries(...args),
    listSent: (...args) => deliveries.listSent(...args),
    readLedger: () => ledger.readLedger(),
    keepLedger: (...args) => ledger.keepLedger(...args),
    readTasks: (...args) => tasks.readTasks(...args),
    keepTasks: (...args) => tasks.keepTasks(...args),
    probe: () => database.probe(),
    maintain: (now) =>
      database.withoutWaiting(() => {
        issues.calm(now);
        silences.forget(now);
        return maintenance.step(now);
      }),
  };
}
