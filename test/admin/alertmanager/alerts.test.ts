import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { parse } from 'yaml';
import { configText } from '../../../src/admin/alertmanager/config-text.ts';
import { noRouting, type RoutingOptions } from '../../../src/alerting/routing/routing.ts';
import { parseMatchers } from '../../../src/match/parse-list.ts';
import { parseLink } from '../../../src/notify/links.ts';
import { errorEvent } from '../../support/builders.ts';
import { routeSpec } from '../../alerting/routing/support.ts';
import { TestApi } from '../support.ts';
import { Client, silenceJson } from './support.ts';

const routing: RoutingOptions = {
  ...noRouting,
  route: routeSpec({
    receiver: 'slack',
    group_by: ['service'],
    routes: [
      { receiver: 'pager', matchers: ['severity="critical"'], continue: true, group_by: ['...'] },
      { receiver: 'mail', matchers: ['service=~"bat.*"'], mute_time_intervals: ['always'] },
      { receiver: 'slack', matchers: ['severity="critical"'] },
    ],
  }),
  time_intervals: [{ name: 'always', time_intervals: [{ location: 'UTC' }] }],
  inhibit_rules: [
    {
      source: parseMatchers('severity=critical'),
      target: parseMatchers('severity=high'),
      equal: ['service'],
    },
  ],
};

suite('alerts, as Alertmanager’s clients see them,', () => {
  const api = new TestApi({ routing, receivers: ['slack', 'pager', 'mail'] });
  const client = new Client(api);
  const iso = (millis: number): string => new Date(millis).toISOString();

  const fail = async (service: string, severity: 'high' | 'critical'): Promise<void> => {
    const event = errorEvent({ service, severity, fingerprint: `1:${severity}`, environment: '' });
    await api.store.record([event], api.clock.now());
    await api.alert();
  };
  before(async () => {
    await fail('shop', 'critical');
    await fail('shop', 'high');
    await fail('till', 'high');
    await fail('batch', 'high');
  });
  /** `shop critical suppressed > pager slack`, in any order. */
  const seen = async (query = ''): Promise<string[]> => {
    const alerts = await client.get('getAlerts', `/alerts${query}`);
    return alerts
      .map(({ labels, status, receivers }) => {
        const names = receivers.map(({ name }) => name).join(' ');
        return `${labels['service']} ${labels['severity']} ${status.state} > ${names}`;
      })
      .sort();
  };
  const all = [
    'batch high active > mail',
    'shop critical active > slack pager',
    'shop high suppressed > slack',
    'till high active > slack',
  ];

  test('are what fires, with labels, annotations, times and who is told', async () => {
    assert.deepEqual(await seen(), all);
    const [alert] = await client.get('getAlerts', '/alerts?filter=service%3Dtill');
    const [stored] = (await api.store.listIncidents({ limit: 1, service: 'till' })).items;
    const now = api.clock.now();
    assert.deepEqual(alert, {
      labels: {
        alertname: 'NewIssue',
        service: 'till',
        severity: 'high',
        class: 'unknown',
        type: 'PaymentError',
        component: '@opentelemetry/instrumentation-express',
        operation: 'POST /charge',
        swallowed: 'false',
        issue: stored!.labels['issue'],
      },
      annotations: {
        summary: '[HIGH] till: PaymentError in POST /charge: card 17 was refused',
        description: 'card 17 was refused',
      },
      fingerprint: stored!.key.slice(0, 16),
      status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
      receivers: [{ name: 'slack' }],
      startsAt: iso(now),
      updatedAt: iso(now),
      endsAt: iso(now + 300_000),
    });
  });

  test('are in the order of their fingerprints, and an alert that inhibits is named by its own', async () => {
    const alerts = await client.get('getAlerts', '/alerts');
    const prints = alerts.map(({ fingerprint }) => fingerprint);
    assert.deepEqual(prints, prints.toSorted());
    const source = alerts.find(({ labels }) => labels['severity'] === 'critical')!;
    const inhibited = alerts.flatMap(({ status }) => status.inhibitedBy);
    assert.deepEqual(inhibited, [source.fingerprint]);
  });

  test('lead to the console, if it is said where that is', async () => {
    const links = { console: parseLink('https://tocsin.example/issues/{{ short_id }}') };
    api.links.configure(links);
    const [alert] = await client.get('getAlerts', '/alerts?filter=service%3Dtill');
    assert.equal(alert!.generatorURL, `https://tocsin.example/issues/${alert!.labels['issue']}`);
    api.links.configure({});
  });

  test('can be filtered by labels, by receiver and by state', async () => {
    const only = (...indexes: number[]): string[] => indexes.map((index) => all[index]!);
    const table: [query: string, expected: string[]][] = [
      ['?filter=service%3D%22shop%22', only(1, 2)],
      ['?filter=service%3D%22shop%22&filter=severity!%3Dhigh', only(1)],
      ['?filter=%7Bservice%3D~%22shop%7Ctill%22%2Cseverity%3Dhigh%7D', only(2, 3)],
      ['?filter=environment%3D%22%22', all],
      ['?filter=environment!%3D%22%22', []],
      ['?filter=service%3Dsho', []],
      ['?receiver=pager', only(1)],
      ['?receiver=pag', []],
      ['?receiver=pag.*%7Cmail', only(0, 1)],
      ['?inhibited=false', only(0, 1, 3)],
      ['?active=false', only(2)],
      ['?active=false&inhibited=FALSE', []],
      ['?silenced=false&unprocessed=0&muted=t', all],
      ['?active=false&active=true', all],
      ['?active=&filter=', all],
      ['?receiver_matchers=a%3Db&x=y', all],
    ];
    for (const [query, expected] of table) assert.deepEqual(await seen(query), expected, query);
  });

  test('are refused with a text if it is not clear what is asked', async () => {
    const table: [query: string, message: RegExp][] = [
      ['?filter=%7B', /^filter: /],
      ['?filter=a', /^filter: one of the operators/],
      ['?filter=a%3D~(', /^filter: not a regular expression/],
      ['?filter=a%3D~x{1000}{11}', /^filter: the regular expression/],
      [`?${'filter=a%3D~x{999}y&'.repeat(11)}`, /^filter: the regular expression is too large/],
      [`?filter={${'a%3D~x{999}y,'.repeat(11)}}`, /^filter: the regular expression is too large/],
      ['?receiver=x{1000}{999}', /^receiver: /],
      ['?receiver=(', /^receiver: not a regular expression/],
      ['?active=maybe', /^active: neither true nor false$/],
      [`?${'filter=a%3Db&'.repeat(65)}`, /^filter: more than 64/],
    ];
    for (const [query, message] of table)
      for (const path of ['/alerts', '/alerts/groups']) {
        const [status, body] = await client.ask(`${path}${query}`);
        assert.equal(status, 400, query);
        assert.match(String(body), message);
      }
  });

  test('say by which silence they are silenced, as soon as there is one', async () => {
    const id = await client.silence(silenceJson(api.clock.now(), ['severity=high']));
    assert.deepEqual(await seen('?silenced=false'), ['shop critical active > slack pager']);
    const [till] = await client.get('getAlerts', '/alerts?filter=service%3Dtill');
    assert.deepEqual(till!.status, { state: 'suppressed', silencedBy: [id], inhibitedBy: [], mutedBy: [] });
    await client.delete(id);
    assert.deepEqual(await seen(), all);
  });

  /** `{severity=high} slack: shop high suppressed, …`, in their order. */
  const groups = async (query = ''): Promise<string[]> => {
    const found = await client.get('getAlertGroups', `/alerts/groups${query}`);
    return found.map(({ labels, receiver, alerts }) => {
      const shown =
        'issue' in labels ? '…' : Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const within = alerts.map(({ labels, status }) =>
        [labels['service'], labels['severity'], status.state, ...status.mutedBy].join(' '),
      );
      return `{${String(shown)}} ${receiver.name}: ${within.sort().join(', ')}`;
    });
  };

  test('are grouped as their routes say, and muted there', async () => {
    const batch = '{service=batch} mail: batch high suppressed always';
    const shop = '{service=shop} slack: shop high suppressed';
    const worst = '{service=shop} slack: shop critical active';
    const till = '{service=till} slack: till high active';
    const alone = '{…} pager: shop critical active';
    assert.deepEqual((await groups()).sort(), [alone, batch, shop, till, worst].sort());
    assert.deepEqual((await groups('?muted=false')).sort(), [alone, shop, till, worst].sort());
    assert.deepEqual(await groups('?receiver=pager'), [alone]);
    assert.deepEqual(await groups('?inhibited=false&filter=service%3Dshop&receiver=slack'), [worst]);
    assert.deepEqual(await groups('?filter=service%3Dnobody'), []);
  });

  test('are gone when they are over', async () => {
    const [issue] = (await api.store.listIssues({ limit: 1, service: 'till' })).items;
    await api.store.changeIssue(
      issue!.id,
      { kind: 'resolve', inNextVersion: false },
      'alice',
      api.clock.now(),
    );
    await api.alert();
    assert.deepEqual(await seen('?filter=service%3Dtill'), []);
  });

  test('go where the status says, in the words of an alertmanager.yml', async () => {
    const { cluster, versionInfo, config, uptime } = await client.get('getStatus', '/status');
    assert.deepEqual([cluster, versionInfo.version], [{ status: 'disabled', peers: [] }, '1.2.3']);
    assert.equal(uptime, iso(api.clock.now()));
    assert.deepEqual(parse(config.original), {
      route: {
        receiver: 'slack',
        group_by: ['service'],
        routes: [
          { receiver: 'pager', group_by: ['...'], matchers: ['severity="critical"'], continue: true },
          { receiver: 'mail', group_by: ['service'], matchers: ['service=~"bat.*"'] },
          { receiver: 'slack', group_by: ['service'], matchers: ['severity="critical"'] },
        ],
      },
      receivers: [{ name: 'slack' }, { name: 'pager' }, { name: 'mail' }],
    });
    const names = (await client.get('getReceivers', '/receivers')).map(({ name }) => name);
    assert.deepEqual(names, ['slack', 'pager', 'mail']);
  });
});

suite('Alertmanager’s API', () => {
  const api = new TestApi({ receivers: [] });
  const client = new Client(api);

  test('needs a token, and says so in a text', async () => {
    const [status, body] = await client.ask('/alerts', { token: undefined });
    assert.equal(status, 401);
    assert.match(String(body), /^send the admin token/);
    const silence = silenceJson(api.clock.now(), ['a=b']);
    const headers = { 'content-type': 'application/json' };
    const asked = { method: 'POST', headers, body: JSON.stringify(silence), token: 'not-the-token-of-alice' };
    assert.equal((await client.ask('/silences', asked))[0], 401);
    assert.deepEqual(await client.get('getSilences', '/silences'), []);
  });

  test('is not for other pages, whatever the method', async () => {
    const cookie = await api.login();
    const headers = { cookie, origin: 'https://evil.example' };
    const id = await client.silence(silenceJson(api.clock.now(), ['a=b']));
    const [status] = await client.ask(`/silence/${id}`, { method: 'DELETE', headers, token: undefined });
    assert.equal(status, 403);
    assert.equal((await client.get('getSilence', `/silence/${id}`)).status.state, 'active');
  });

  test('takes alerts of others, and says of those that cannot be right what is wrong', async () => {
    const headers = { 'content-type': 'application/json' };
    const post = (alerts: unknown) =>
      client.ask('/alerts', { method: 'POST', headers, body: JSON.stringify(alerts) });
    const right = {
      labels: { alertname: 'DiskFull' },
      annotations: { summary: 'Full' },
      startsAt: '2026-01-02T03:04:05.678+01:00',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus.example',
    };
    assert.deepEqual(await post([right]), [200, undefined]);
    assert.deepEqual(api.posted.splice(0), [
      { ...right, startsAt: Date.parse(right.startsAt), endsAt: undefined },
    ]);
    const [status, reason] = await post([{ labels: {} }, right, { labels: { 'a b': '' } }]);
    assert.equal(status, 400);
    assert.match(String(reason), /at least one label pair required; at least one label pair required/);
    assert.equal(api.posted.splice(0).length, 1);
    for (const wrong of [{}, [1], [{ labels: { a: 1 } }], [{ labels: { a: 'b' }, startsAt: 'now' }]])
      assert.equal((await post(wrong))[0], 400, JSON.stringify(wrong));
    assert.deepEqual(api.posted, []);
  });

  test('takes as much as Prometheus posts at once, and no more than a mebibyte', async () => {
    const headers = { 'content-type': 'application/json' };
    const alert = (i: number) => ({
      labels: { alertname: `A${i}` },
      annotations: { summary: 'x'.repeat(2000) },
    });
    const body = JSON.stringify(Array.from({ length: 256 }, (_, i) => alert(i)));
    assert.equal((await client.ask('/alerts', { method: 'POST', headers, body }))[0], 200);
    assert.equal(api.posted.splice(0).length, 256);
    const larger = JSON.stringify([{ labels: { a: 'x'.repeat(2 ** 20) } }]);
    assert.equal((await client.ask('/alerts', { method: 'POST', headers, body: larger }))[0], 413);
  });

  test('says what can be done at an address, in a text', async () => {
    const { status, headers, body } = await api.ask('/api/v2/silence/x', { method: 'POST' });
    assert.deepEqual([status, headers['allow']], [405, 'GET, HEAD, DELETE, OPTIONS']);
    assert.equal(JSON.parse(body), 'here only GET, HEAD, DELETE, OPTIONS');
    assert.equal((await client.ask('/nowhere'))[0], 404);
    assert.equal(typeof (await client.ask('/nowhere'))[1], 'string');
  });

  test('is empty without receivers and alerts, and has a configuration all the same', async () => {
    assert.deepEqual(await client.get('getAlerts', '/alerts'), []);
    assert.deepEqual(await client.get('getAlertGroups', '/alerts/groups'), []);
    assert.deepEqual(await client.get('getReceivers', '/receivers'), []);
    const { config } = await client.get('getStatus', '/status');
    assert.partialDeepStrictEqual(parse(config.original), { route: { receiver: 'nobody' } });
  });

  test('leaves errors elsewhere as they are', async () => {
    const { headers } = await api.ask('/api/nowhere');
    assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
  });
});

test('without routes, everything goes to all receivers, also in the configuration', () => {
  const group_by = ['...'];
  assert.deepEqual(parse(configText({ tree: undefined }, ['a', 'b'])), {
    route: {
      receiver: 'a',
      group_by,
      routes: [
        { receiver: 'a', group_by, continue: true },
        { receiver: 'b', group_by, continue: true },
      ],
    },
    receivers: [{ name: 'a' }, { name: 'b' }],
  });
});
