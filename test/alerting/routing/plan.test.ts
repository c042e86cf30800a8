import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { StandingDelivery } from '../../../src/alerting/alert-store.ts';
import type { Incident, IssueIncident } from '../../../src/alerting/incident.ts';
import { nextIncident } from '../../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../../src/alerting/issue-rules.ts';
import { isOutOfDate, planOf } from '../../../src/alerting/routing/plan.ts';
import type { Situation } from '../../../src/alerting/routing/situation.ts';
import { noRouting, Routing, type RoutingOptions } from '../../../src/alerting/routing/routing.ts';
import { notifyOperation } from '../../../src/conventions/own-failures.ts';
import type { ErrorEvent } from '../../../src/errors/error-event.ts';
import { parseMatchers } from '../../../src/match/parse-list.ts';
import { conditionIncident, issue } from '../../support/builders.ts';
import { routeSpec, type ShortRoute } from './support.ts';

function incident(given: Partial<ErrorEvent> = {}): IssueIncident {
  return nextIncident(undefined, 'created', issue(given), 0, issueRuleDefaults)!;
}

function ended(before: IssueIncident): IssueIncident {
  return nextIncident(before, 'quiet', before.issue, 1, issueRuleDefaults)!;
}

const receivers = ['slack', 'pager', 'mail'];
const tree: ShortRoute = {
  receiver: 'slack',
  routes: [
    { receiver: 'pager', matchers: ['severity="critical"'], continue: true },
    { receiver: 'mail', matchers: ['service="batch"'], mute_time_intervals: ['night'] },
    { receiver: 'mail', matchers: ['service="report"'], active_time_intervals: ['day', 'noon'] },
    { receiver: 'pager', matchers: ['service="shop"'], mute_time_intervals: ['night'] },
    { receiver: 'slack', matchers: ['severity="critical"', 'service!="shop"'] },
  ],
};
const inhibit_rules = [
  {
    source: parseMatchers('severity="critical"'),
    target: parseMatchers('severity="high"'),
    equal: ['service'],
  },
];

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

/** `slack, pager (why it waits)`. */
function told(of: Incident, given: Situation): string {
  const { withheld, held } = planOf([of], given);
  return receivers
    .filter((name) => !withheld[of.key]?.includes(name))
    .map((name) => (held[of.key]?.[name] === undefined ? name : `${name} (${held[of.key]![name]})`))
    .join(', ');
}

suite('what people are told of who is told', () => {
  const routed = (given: Partial<ErrorEvent>, routing?: Partial<RoutingOptions>) => {
    const of = incident(given);
    return planOf([of], situation(routing)).routed[of.key];
  };
  const none = 'no route leads to it';

  test('names each route as check --route does, and says of the others that there is none', () => {
    assert.deepEqual(routed({ severity: 'critical', service: 'batch' }, { route: routeSpec(tree) }), {
      routes: { pager: ['alerts.route.routes[0]'], mail: ['alerts.route.routes[1]'] },
      withheld: { slack: none },
    });
    assert.deepEqual(routed({}, { route: routeSpec(tree) }), {
      routes: { slack: ['alerts.route'] },
      withheld: { pager: none, mail: none },
    });
  });

  test('says that there are no routes', () => {
    const all = ['without alerts.route, all are told of everything'];
    assert.deepEqual(routed({}), { routes: { slack: all, pager: all, mail: all }, withheld: {} });
  });

  test('says of a receiver that it is told nothing of itself, and who is instead', () => {
    const own = { service: 'tocsin', component: 'notify', operation: notifyOperation('slack') };
    const instead = ['in the place of the receiver that it is about'];
    assert.deepEqual(routed(own, { route: routeSpec({ receiver: 'slack' }) }), {
      routes: { pager: instead, mail: instead },
      withheld: { slack: 'it is about this receiver itself' },
    });
  });
});

suite('without a route', () => {
  const own = { service: 'tocsin', component: 'notify' };
  const table: [what: string, given: Partial<ErrorEvent>, expected: string][] = [
    ['an app’s failure is told to all', {}, 'slack, pager, mail'],
    ['a receiver’s failure not to itself', { ...own, operation: notifyOperation('slack') }, 'pager, mail'],
    ['that of one that is gone to all', { ...own, operation: notifyOperation('gone') }, 'slack, pager, mail'],
    ['Tocsin’s other failures to all', { ...own, component: 'store', operation: '' }, 'slack, pager, mail'],
    [
      'an app’s that is called alike to all',
      { operation: notifyOperation('slack'), component: 'notify' },
      'slack, pager, mail',
    ],
  ];
  for (const [what, given, expected] of table)
    test(what, () => assert.equal(told(incident(given), situation()), expected));
});

suite('with routes', () => {
  const critical = 'critical' as const;
  const table: [what: string, given: Partial<ErrorEvent>, intervals: string[], expected: string][] = [
    ['an alert goes where they lead', {}, [], 'slack'],
    ['perhaps to several', { severity: critical }, [], 'slack, pager'],
    [
      'and waits while its route is muted',
      { service: 'batch' },
      ['night', 'day'],
      'mail (muted: it is night)',
    ],
    ['or not active', { service: 'report' }, [], 'mail (not active: it is not day or noon)'],
    ['but not in one of the intervals', { service: 'report' }, ['noon'], 'mail'],
    [
      'nor if one of its routes to the receiver is open',
      { service: 'shop', severity: critical },
      ['night'],
      'pager',
    ],
    ['though a muted route takes it', { service: 'shop' }, ['night'], 'pager (muted: it is night)'],
    [
      'a receiver’s failure goes to others although no route leads to them',
      { service: 'tocsin', component: 'notify', operation: notifyOperation('slack') },
      [],
      'pager, mail',
    ],
    [
      'and not where another route leads',
      { service: 'tocsin', component: 'notify', operation: notifyOperation('slack'), severity: critical },
      [],
      'pager',
    ],
  ];
  for (const [what, given, intervals, expected] of table) {
    test(`${what}: ${expected}`, () =>
      assert.equal(told(incident(given), situation({ route: routeSpec(tree) }, ...intervals)), expected));
  }

  test('an alert of a condition is for one receiver alone where its rule says so, and waits for what explains it', () => {
    const given = situation({ route: routeSpec(tree) });
    assert.equal(told(conditionIncident({ onlyFor: 'mail' }), given), 'mail');
    const explained = conditionIncident({ onlyFor: 'mail', explainedBy: 'k' });
    assert.match(told(explained, given), /^mail \(inhibited by k\)/);
  });

  test('a receiver’s failure goes to its fallback, whatever the routes are, and to who is told anyway', () => {
    const own = { service: 'tocsin', component: 'notify', operation: notifyOperation('slack') };
    const told = (fallbacks: Record<string, string>, severity: ErrorEvent['severity'] = 'high') => {
      const of = incident({ ...own, severity });
      return planOf([of], { ...situation({ route: routeSpec(tree) }), fallbacks }).withheld[of.key];
    };
    assert.deepEqual(told({ slack: 'mail' }), ['slack', 'pager']);
    assert.deepEqual(told({ slack: 'mail' }, critical), ['slack']);
    assert.deepEqual(told({ slack: 'pager' }, critical), ['slack', 'mail']);
    assert.deepEqual(told({ pager: 'mail' }), ['slack']);
  });

  test('two alerts never wait for each other', () => {
    const [source, target] = ['alertname="NewIssue"', 'alertname="TelemetrySilent"'].map(parseMatchers);
    const given = situation({ inhibit_rules: [{ source: source!, target: target!, equal: ['service'] }] });
    const silence = conditionIncident({ alertname: 'TelemetrySilent', environment: '' });
    const failure = incident({ service: 'checkout', environment: '' });
    for (const { key, labels, condition } of [silence, failure]) given.inhibitor.note(key, labels, condition);
    assert.equal(told(failure, given), 'slack, pager, mail');
    assert.match(told(silence, given), /^slack \(inhibited by/);
  });

  test('who is told of a cause decides who waits, also when that changes', () => {
    const given = situation({ route: routeSpec(tree) });
    const cause = incident();
    const symptom = conditionIncident({ explainedBy: cause.key, severity: 'critical' });
    const note = (alert: Incident, labels = alert.labels): void =>
      given.inhibitor.note(alert.key, labels, alert.condition);
    note(cause);
    note(symptom);
    assert.equal(told(symptom, given), `slack (inhibited by ${cause.key}), pager`);
    const { revision } = given.inhibitor;
    note(cause, { ...cause.labels, severity: 'critical' });
    assert.equal(given.inhibitor.revision, revision + 1);
    assert.match(told(symptom, given), /pager \(inhibited/);
    note({ ...symptom, condition: { ...symptom.condition, explainedBy: undefined } });
    note(cause);
    assert.equal(given.inhibitor.revision, revision + 1);
  });

  test('an alert of a symptom waits for that of its cause to end', () => {
    const given = situation({ inhibit_rules });
    const cause = incident({ severity: 'critical' });
    given.inhibitor.note(cause.key, cause.labels);
    const why = `inhibited by ${cause.key}`;
    assert.equal(told(incident(), given), receivers.map((name) => `${name} (${why})`).join(', '));
    assert.equal(told(cause, given), 'slack, pager, mail');
    assert.equal(told(incident({ service: 'other' }), given), 'slack, pager, mail');
  });
});

test('an alert that is silenced waits, whatever else it waits for', () => {
  const given = situation({ inhibit_rules });
  const cause = incident({ severity: 'critical' });
  given.inhibitor.note(cause.key, cause.labels);
  const silences = [{ id: 'one', matchers: parseMatchers('severity="high"') }];
  const all = receivers.map((name) => `${name} (silenced by one)`).join(', ');
  assert.equal(told(incident(), { ...given, silences }), all);
  assert.equal(told(cause, { ...given, silences }), 'slack, pager, mail');
});

suite('what is stored of an incident', () => {
  const muted = {
    ...noRouting,
    route: routeSpec({ receiver: 'slack', routes: [{ mute_time_intervals: ['night'] }] }),
  };
  const why = 'muted: it is night';
  const firing = incident();
  const delivery = (given: Partial<StandingDelivery> = {}): StandingDelivery => ({
    receiver: 'slack',
    heldBy: undefined,
    wasShown: false,
    ...given,
  });
  const table: [
    what: string,
    of: IssueIncident,
    stored: StandingDelivery[],
    intervals: string[],
    expected: boolean,
  ][] = [
    ['is as it would be', firing, [delivery()], [], false],
    ['is nothing yet', firing, [], [], true],
    ['waits for nothing any more', firing, [delivery({ heldBy: why })], [], true],
    ['is to wait', firing, [delivery()], ['night'], true],
    ['waits', firing, [delivery({ heldBy: why })], ['night'], false],
    ['waits for something else', firing, [delivery({ heldBy: 'x' })], ['night'], true],
    ['is for somebody whom it is not for', firing, [delivery(), delivery({ receiver: 'mail' })], [], true],
    ['but who was told', firing, [delivery(), delivery({ receiver: 'mail', wasShown: true })], [], false],
    ['is for a receiver that is gone', firing, [delivery(), delivery({ receiver: 'gone' })], [], false],
    ['is nothing, and it is over', ended(firing), [], [], false],
    ['is to be told, though it is over', ended(firing), [delivery()], [], false],
    ['is no more to be told at night', ended(firing), [delivery()], ['night'], true],
    ['is to be told of its end', ended(firing), [delivery({ wasShown: true, heldBy: why })], [], true],
  ];
  for (const [what, of, stored, intervals, expected] of table) {
    test(`${what}: ${expected ? 'out of date' : 'up to date'}`, () =>
      assert.equal(
        isOutOfDate({ incident: of, deliveries: stored }, situation(muted, ...intervals)),
        expected,
      ));
  }
});
