import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Incident } from '../../../src/alerting/incident.ts';
import { nextIncident } from '../../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../../src/alerting/issue-rules.ts';
import { viewOf } from '../../../src/alerting/routing/alert-view.ts';
import type { Situation } from '../../../src/alerting/routing/situation.ts';
import { noRouting, Routing, type RoutingOptions } from '../../../src/alerting/routing/routing.ts';
import { notifyOperation } from '../../../src/conventions/own-failures.ts';
import type { ErrorEvent } from '../../../src/errors/error-event.ts';
import { parseMatchers } from '../../../src/match/parse-list.ts';
import { conditionIncident, issue } from '../../support/builders.ts';
import { routeSpec, type ShortRoute } from './support.ts';

const incident = (given: Partial<ErrorEvent> = {}): Incident =>
  nextIncident(undefined, 'created', issue({ environment: '', ...given }), 0, issueRuleDefaults)!;

const receivers = ['slack', 'pager'];
function situation(given: Partial<RoutingOptions> = {}, ...intervals: string[]): Situation {
  const routing = new Routing({ ...noRouting, ...given });
  return {
    routing,
    inhibitor: routing.inhibitor(),
    silences: [],
    intervals: new Set(intervals),
    receivers,
    fallbacks: {},
  };
}

/** `slack{service="checkout"}`, with what mutes it behind. */
function groups(of: Incident, routes: ShortRoute | undefined, ...intervals: string[]): string[] {
  const given = situation(routes && { route: routeSpec(routes) }, ...intervals);
  return viewOf(of, given).groups.map(({ receiver, labels, mutedBy }) => {
    const shown = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    return [`${receiver}{${shown.join(',')}}`, ...mutedBy].join(' ');
  });
}

suite('an alert is in the group', () => {
  test('of its own for each receiver, if there are no routes', () => {
    const of = incident();
    const all = Object.entries(of.labels).filter(([, value]) => value !== '');
    const own = all.map(([name, value]) => `${name}=${value}`).join(',');
    assert.deepEqual(groups(of, undefined), [`slack{${own}}`, `pager{${own}}`]);
  });

  test('that its route makes, by labels that it has', () => {
    const routes: ShortRoute = {
      receiver: 'slack',
      group_by: ['service', 'nothing'],
      routes: [{ receiver: 'pager', matchers: ['severity=high'], group_by: ['severity'], continue: true }],
    };
    assert.deepEqual(groups(incident(), routes), ['pager{severity=high}']);
    assert.deepEqual(groups(incident({ severity: 'critical' }), routes), ['slack{service=checkout}']);
  });

  test('of its own, if its route says so', () => {
    const { incident: of, groups: own } = viewOf(
      incident(),
      situation({ route: routeSpec({ receiver: 'slack', group_by: ['...'] }) }),
    );
    assert.deepEqual(own[0]!.labels, of.labels);
  });

  test('of each route, though they lead to one receiver', () => {
    const two = [
      { group_by: ['service'], continue: true },
      { group_by: ['severity'], mute_time_intervals: ['night', 'noon'], active_time_intervals: ['day'] },
    ];
    const routes: ShortRoute = { receiver: 'slack', routes: two };
    assert.deepEqual(groups(incident(), routes, 'night', 'day'), [
      'slack{service=checkout}',
      'slack{severity=high} night',
    ]);
    assert.deepEqual(groups(incident(), routes, 'noon').at(-1), 'slack{severity=high} noon day');
    const paths = viewOf(incident(), situation({ route: routeSpec(routes) })).groups.map(
      ({ route }) => route,
    );
    assert.deepEqual(paths, ['0', '1']);
  });

  test('of others, if it is a receiver’s own failure', () => {
    const own = incident({ service: 'tocsin', component: 'notify', operation: notifyOperation('slack') });
    assert.deepEqual(groups(own, { receiver: 'slack', group_by: ['service'] }), ['pager{service=tocsin}']);
  });

  test('that nothing mutes, if not the routes say who is told', () => {
    const routes: ShortRoute = {
      receiver: 'slack',
      group_by: ['service'],
      routes: [{ mute_time_intervals: ['night'] }],
    };
    const own = incident({ service: 'tocsin', component: 'notify', operation: notifyOperation('slack') });
    assert.deepEqual(groups(own, routes, 'night'), ['pager{service=tocsin}']);
    for (const onlyFor of receivers)
      assert.deepEqual(groups(conditionIncident({ onlyFor }), routes, 'night'), [
        `${onlyFor}{service=checkout}`,
      ]);
    assert.deepEqual(groups(incident(), routes, 'night'), ['slack{service=checkout} night']);
  });
});

test('an alert is shown with all silences and the alert that hold it back', () => {
  const given = situation({
    inhibit_rules: [
      { source: parseMatchers('severity=critical'), target: parseMatchers('severity=high'), equal: [] },
    ],
  });
  const cause = incident({ severity: 'critical' });
  given.inhibitor.note(cause.key, cause.labels);
  const silences = ['a', 'b'].map((id) => ({ id, matchers: parseMatchers('service=checkout') }));
  const { receivers: told, silencedBy, inhibitedBy } = viewOf(incident(), { ...given, silences });
  assert.deepEqual(
    { told, silencedBy, inhibitedBy },
    { told: receivers, silencedBy: ['a', 'b'], inhibitedBy: [cause.key] },
  );
});
