import type { AlertView } from '../../alerting/routing/alert-view.ts';
import type { Links } from '../../notify/links.ts';
import type { AlertGroup, AlertQuery } from '../contract/alertmanager.ts';
import { gettableAlert } from './alert-json.ts';

/** A group with one alert in it, and what it has in common with others that are the same group. */
export interface OneOfGroup {
  key: string;
  group: AlertGroup;
}

/** The groups that an alert is in, as far as somebody asks for them. */
export function groupsOf(
  view: AlertView,
  { receiver: wanted, muted }: AlertQuery,
  now: number,
  links: Pick<Links, 'url'>,
): OneOfGroup[] {
  return view.groups
    .filter(({ receiver }) => wanted === undefined || wanted.matches({ value: () => receiver }))
    .filter(({ mutedBy }) => muted || mutedBy.length === 0)
    .map(({ receiver, route, mutedBy, ...group }) => {
      const labels = Object.fromEntries(Object.entries(group.labels).sort(([a], [b]) => (a < b ? -1 : 1)));
      const alerts = [gettableAlert(view, now, links, mutedBy)];
      const key = JSON.stringify([labels, receiver, route]);
      return { key, group: { labels, routeLabels: {}, receiver: { name: receiver }, alerts } };
    });
}

/** The groups as a whole, by their labels and then by receiver. */
export function joined(parts: readonly OneOfGroup[]): AlertGroup[] {
  const groups = new Map<string, AlertGroup>();
  for (const { key, group } of parts) {
    const known = groups.get(key);
    if (known === undefined) groups.set(key, group);
    else known.alerts.push(...group.alerts);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}
