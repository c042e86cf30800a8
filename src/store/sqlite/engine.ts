import type { SynchronousStore } from '../store.ts';
import { AlertTables } from './alert-tables.ts';
import { Database, unusable } from './database.ts';
import { DeliveryTables } from './delivery-tables.ts';
import { EventTable } from './event-table.ts';
import { IssueTables } from './issue-tables.ts';
import { LedgerTable } from './ledger-table.ts';
import { SharedTables } from './shared-tables.ts';
import { TaskTable } from './task-table.ts';

export interface Engine {
  store: SynchronousStore;
  /** Writes everything to a file that is not there yet. */
  copyTo(path: string): void;
  close(): void;
}

/**
 * The whole store in one SQLite file; blocks while it works.
 * @throws StoreUnusable, StoreDamaged
 */
export function openEngine(path: string): Engine {
  const database = new Database(path);
  try {
    const store = storeOn(database);
    return { store, copyTo: (copy) => database.copyTo(copy), close: () => database.close() };
  } catch (error) {
    database.close();
    throw unusable(path, error);
  }
}

/** Prepares every statement, and so looks at every table. */
function storeOn(database: Database): SynchronousStore {
  const issues = new IssueTables(database, new SharedTables(database));
  const events = new EventTable(database);
  const alerts = new AlertTables(database);
  const deliveries = new DeliveryTables(database);
  const ledger = new LedgerTable(database);
  const tasks = new TaskTable(database);
  return {
    record: (...args) => issues.record(...args),
    noteVersions: (...args) => issues.noteVersions(...args),
    listIssues: (...args) => issues.listIssues(...args),
    getIssue: (...args) => issues.getIssue(...args),
    changeIssue: (...args) => issues.changeIssue(...args),
    listIssueLog: (...args) => issues.listIssueLog(...args),
    trends: (...args) => issues.trends(...args),
    listEvents: (...args) => events.listEvents(...args),
    getEvent: (...args) => events.getEvent(...args),
    findSupported: (...args) => events.findSupported(...args),
    errorCounts: (...args) => issues.errorCounts(...args),
    countIssues: () => issues.countIssues(),
    pendingChanges: (...args) => alerts.pendingChanges(...args),
    quietIncidents: (...args) => alerts.quietIncidents(...args),
    commitStep: (...args) => alerts.commitStep(...args),
    countFiring: () => alerts.countFiring(),
    listIncidents: (...args) => alerts.listIncidents(...args),
    dueDeliveries: (...args) => deliveries.dueDeliveries(...args),
    nextDueAt: (...args) => deliveries.nextDueAt(...args),
    claimDelivery: (...args) => deliveries.claimDelivery(...args),
    settleDelivery: (...args) => deliveries.settleDelivery(...args),
    forgetPauses: (...args) => deliveries.forgetPauses(...args),
    countPending: () => deliveries.countPending(),
    listDeliveries: (...args) => deliveries.listDeliveries(...args),
    readLedger: () => ledger.readLedger(),
    keepLedger: (...args) => ledger.keepLedger(...args),
    readTasks: (...args) => tasks.readTasks(...args),
    keepTasks: (...args) => tasks.keepTasks(...args),
    probe: () => database.probe(),
  };
}
