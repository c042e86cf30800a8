import type { Incident } from '../alerting/incident.ts';
import type { IssueStore } from '../issues/issue-store.ts';
import type { LinkSubject } from './links.ts';

/** What the store knows of an incident beside its issue. */
export interface Circumstances extends Pick<LinkSubject, 'last'> {
  /** Events in each of the last hours, the earliest first; empty if it is not known. */
  trend: readonly number[];
}

export type CircumstanceStore = Pick<IssueStore, 'trends' | 'listEvents'>;

export const unknownCircumstances: Circumstances = { trend: [], last: undefined };

export async function circumstancesOf(
  store: CircumstanceStore,
  { issue }: Incident,
  now: number,
): Promise<Circumstances> {
  if (issue === undefined) return unknownCircumstances;
  const issueId = issue.id;
  const [trends, { items }] = await Promise.all([
    store.trends([issueId], now),
    store.listEvents({ issueId, limit: 1 }),
  ]);
  return { trend: trends[issueId] ?? [], last: items[0] };
}
