import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { alertmanagerRoutes } from '../../../src/admin/contract.ts';
import { alertmanagerHandlers } from '../../../src/admin/handlers/alertmanager.ts';
import { nextIncident } from '../../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../../src/alerting/issue-rules.ts';
import { viewOf } from '../../../src/alerting/routing/alert-view.ts';
import { noRouting, Routing } from '../../../src/alerting/routing/routing.ts';
import type { Silences } from '../../../src/alerting/silences/silences.ts';
import { Links } from '../../../src/notify/links.ts';
import { issue } from '../../support/builders.ts';
import { TestClock } from '../../support/test-clock.ts';

const routing = new Routing(noRouting);
const receivers = ['slack'];
const incident = nextIncident(undefined, 'created', issue({}), 0, issueRuleDefaults)!;
const situation = {
  routing,
  inhibitor: routing.inhibitor(),
  silences: [],
  fallbacks: {},
  intervals: new Set<string>(),
  receivers,
};
const view = viewOf(incident, situation);

/** What is answered while so many fire. */
function asking(count: number) {
  const { getAlerts, getAlertGroups } = alertmanagerHandlers({
    clock: new TestClock(),
    silences: {} as Silences,
    firing: () => Readable.from(Array<typeof view>(count).fill(view)),
    post: () => Promise.resolve(),
    routing: () => routing,
    receivers,
    links: new Links(),
    version: '',
  });
  const query = alertmanagerRoutes.getAlerts.query.parse({});
  const request = { caller: { name: 'alice', isAllowed: () => true }, parameters: {}, query, body: {} };
  return [getAlerts, getAlertGroups].map(async (handle) => handle(request));
}

test('ten thousand alerts are given, and of more it is said how to ask for fewer', async () => {
  const [alerts, groups] = (await Promise.all(asking(10_000))) as [unknown[], { alerts: unknown[] }[]];
  assert.deepEqual([alerts.length, groups[0]!.alerts.length], [10_000, 10_000]);
  for (const answer of asking(10_001))
    await assert.rejects(answer, {
      status: 400,
      message: /^more than 10000 alerts: ask for fewer by filter/,
    });
});
