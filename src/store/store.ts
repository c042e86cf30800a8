import type { AlertStore } from '../alerting/alert-store.ts';
import type { IssueStore } from '../issues/issue-store.ts';
import type { DeliveryStore } from '../notify/delivery-store.ts';

/** What one database holds: the rooms that need memory each own a part of this interface. */
export type Store = IssueStore & AlertStore & DeliveryStore;

/** The same, as an engine implements it that runs in a thread of its own. */
export type SynchronousStore = {
  [Method in keyof Store]: (...args: Parameters<Store[Method]>) => Awaited<ReturnType<Store[Method]>>;
};

export const storeMethods = [
  'record',
  'listIssues',
  'getIssue',
  'resolveIssue',
  'countIssues',
  'pendingChanges',
  'quietIncidents',
  'commitStep',
  'countFiring',
  'dueDeliveries',
  'nextDueAt',
  'claimDelivery',
  'settleDelivery',
  'forgetPauses',
  'countPending',
] as const satisfies readonly (keyof Store)[];
