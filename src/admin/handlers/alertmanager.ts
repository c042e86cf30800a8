import { type PostedAlert, wrongWithPosted } from '../../alerting/posted/posted-alert.ts';
import type { AlertView } from '../../alerting/routing/alert-view.ts';
import type { Routing } from '../../alerting/routing/routing.ts';
import type { Links } from '../../notify/links.ts';
import { isoTime } from '../../runtime/iso-time.ts';
import { groupsOf, joined } from '../alertmanager/alert-groups.ts';
import { gettableAlert, isAskedFor, postedAlert } from '../alertmanager/alert-json.ts';
import { configText } from '../alertmanager/config-text.ts';
import type { AlertQuery } from '../contract/alertmanager.ts';
import { Problem } from '../problem.ts';
import type { AlertmanagerHandlers } from '../routes.ts';
import { type SilenceHandlersDependencies, silenceHandlers } from './alertmanager-silences.ts';

export interface AlertmanagerDependencies extends SilenceHandlersDependencies {
  /** In the order of their keys. */
  firing: () => AsyncIterable<AlertView>;
  /** Takes alerts of others. */
  post: (alerts: readonly PostedAlert[]) => Promise<void>;
  routing: () => Pick<Routing, 'tree'>;
  /** Names of those that there are. */
  receivers: readonly string[];
  links: Pick<Links, 'url'>;
  version: string;
}

/** There are no pages, so this is the most that is held at once. */
const mostAlerts = 10_000;

/** Everything that serves Alertmanager's API, by the names in its table. */
export function alertmanagerHandlers(dependencies: AlertmanagerDependencies): AlertmanagerHandlers {
  const { clock, firing, post, routing, receivers, links, version } = dependencies;
  const startedAt = clock.now();

  /** Each is made into what is shown of it at once: that is far smaller. */
  const shown = async <T>(query: AlertQuery, show: (view: AlertView, now: number) => T): Promise<T[]> => {
    const now = clock.now();
    const found: T[] = [];
    for await (const view of firing()) {
      if (!isAskedFor(view, query)) continue;
      if (found.push(show(view, now)) > mostAlerts)
        throw new Problem(400, `more than ${mostAlerts} alerts: ask for fewer by filter or receiver`);
    }
    return found;
  };

  return {
    ...silenceHandlers(dependencies),

    getAlerts: ({ query }) => shown(query, (view, now) => gettableAlert(view, now, links)),

    postAlerts: async ({ body }) => {
      const alerts = body.map(postedAlert);
      const wrong = alerts.flatMap((alert) => wrongWithPosted(alert) ?? []);
      await post(alerts.filter((alert) => wrongWithPosted(alert) === undefined));
      if (wrong.length > 0) throw new Problem(400, wrong.join('; '));
      return undefined;
    },

    getAlertGroups: async ({ query }) => {
      const groups = await shown(query, (view, now) => groupsOf(view, query, now, links));
      return joined(groups.flat());
    },

    getReceivers: () => receivers.map((name) => ({ name })),

    getStatus: () => {
      const none = { revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' };
      return {
        cluster: { status: 'disabled', peers: [] },
        versionInfo: { version, ...none },
        config: { original: configText(routing(), receivers) },
        uptime: isoTime(startedAt),
      };
    },
  };
}
