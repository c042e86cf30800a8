import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import type {
  AlertAnswer,
  DeliveryAnswer,
  EventAnswer,
  IssueAnswer,
  LedgerAnswer,
  NoiseAnswer,
  PageAnswer,
  ProblemAnswer,
} from '../../src/admin/contract.ts';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { settle } from '../../src/notify/delivery.ts';
import { errorEvent } from '../support/builders.ts';
import { bobToken, TestApi } from './support.ts';

suite('the API', () => {
  const api = new TestApi();
  const { clock } = api;
  const problem = async (path: string, method = 'GET'): Promise<ProblemAnswer> => {
    const { status, headers, body } = await api.ask(path, { method });
    assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
    const answer = JSON.parse(body) as ProblemAnswer;
    assert.equal(answer.status, status);
    return answer;
  };
  const issues = (query = ''): Promise<PageAnswer<IssueAnswer>> =>
    api.get('listIssues', `/api/issues${query}`);

  before(async () => {
    const events = ['a', 'b', 'c'].map((fingerprint, i) =>
      errorEvent({
        id: fingerprint.repeat(32),
        fingerprint,
        service: i === 2 ? 'other' : 'checkout',
        class: i === 1 ? 'timeout' : 'unknown',
        message: i === 1 ? 'Größe überschritten\nsecond line' : 'card 17 was refused',
        severity: i === 0 ? 'low' : 'high',
        attributes: i === 1 ? { 'job.id': 17, 'job.name': 'nightly', 'http.route': '/x' } : {},
        time: clock.now() - i * 1000,
      }),
    );
    await api.store.record(events, clock.now());
    const pending = await api.store.pendingChanges(10);
    const incidents = evaluateChanges(pending, clock.now(), issueRuleDefaults);
    const step = { cursor: pending.at(-1)!.change.seq, at: clock.now(), incidents, receivers: ['slack'] };
    await api.store.commitStep(step);
    const [delivery] = await api.store.dueDeliveries('slack', clock.now(), 1);
    await api.store.settleDelivery(
      settle(delivery!, { kind: 'failed', reason: 'not_reachable' }, clock.now(), 0),
    );
  });

  test('lists issues, the last seen first', async () => {
    const { items, next_cursor } = await issues();
    assert.equal(next_cursor, null);
    assert.deepEqual(
      items.map(({ service }) => service),
      ['checkout', 'checkout', 'other'],
    );
    assert.partialDeepStrictEqual(items[0], {
      type: 'PaymentError',
      title: 'PaymentError: card 17 was refused',
      count: 1,
      state: 'new',
      severity: 'low',
      first_version: '1.4.2',
      resolved_by: null,
      last_seen: new Date(clock.now()).toISOString(),
      frames: [{ function: 'charge', file: '/app/src/charge.js', line: 10 }],
    });
  });

  test('lists page by page', async () => {
    const first = await issues('?limit=2&sort=first_seen');
    assert.equal(first.items.length, 2);
    const second = await issues(`?limit=2&sort=first_seen&cursor=${first.next_cursor}`);
    assert.equal(second.items.length, 1);
    assert.equal(second.next_cursor, null);
    const { detail } = await problem(`/api/issues?sort=count&cursor=${first.next_cursor}`);
    assert.match(detail, /^cursor: of another list or another order/);
  });

  const filters: [query: string, found: number][] = [
    ['severity=high', 2],
    ['severity=low,high', 3],
    ['severity=low&severity=critical', 1],
    ['state=resolved', 0],
    ['state=new&service=other', 1],
    ['service=nobody', 0],
    ['class=timeout', 1],
    ['class=timeout,unknown&severity=high', 2],
    ['q=GR%C3%96SSE', 0],
    ['q=gr%C3%B6%C3%9Fe+%C3%9CBER', 1],
    ['q=paymenterror:+CARD', 2],
    ['q=%25', 0],
    ['since=1500ms', 2],
    ['since=0s', 1],
    ['since=7d', 3],
    ['since=2026-01-02T03:04:04Z', 2],
    ['since=2026-01-02T04:04:04%2B01:00', 2],
    ['since=1970-01-01T00:00:00Z', 3],
    ['limit=0', 1],
    ['limit=-5', 1],
    ['limit=99999', 3],
    ['service=&state=&cursor=&since=&q=&limit=', 3],
    ['sort=count', 3],
  ];
  for (const [query, found] of filters) {
    test(`finds ${found} with ${query}`, async () => {
      assert.equal((await issues(`?${query}`)).items.length, found);
    });
  }

  const badQueries: [query: string, says: RegExp][] = [
    ['severity=urgent', /^severity: not one of: low, medium, high, critical$/],
    ['state=open', /^state: not one of: new, ongoing/],
    ['class=x&severity=y', /^severity: not .*; class: not/],
    ['limit=many', /^limit: not a whole number$/],
    ['limit=1e3', /^limit: not a whole number$/],
    ['limit=1.5', /^limit: not a whole number$/],
    [`limit=${'9'.repeat(400)}`, /^limit: not a whole number$/],
    ['limit=1&limit=2', /^limit: given 2 times; it takes one value$/],
    ['cursor=nonsense', /^cursor: not one that a page gave out$/],
    [`cursor=${'x'.repeat(5000)}`, /^cursor: longer than 1000 characters$/],
    ['since=yesterday', /^since: neither a duration such as 30m/],
    ['since=2026-13-45T99:00:00Z', /^since: neither/],
    ['sort=severity', /^sort: not one of: last_seen, first_seen, count$/],
    ['severty=high', /^there is no parameter "severty": did you mean severity\?$/],
    ['frobnicate=1', /^there is no parameter "frobnicate": known are state, severity/],
    [
      '__proto__=1&constructor=1',
      /^there is no parameter "__proto__".*; there is no parameter "constructor"/,
    ],
    ['%00%0a=1', /^there is no parameter "\\u0000\\n"/],
    [`q=${'x'.repeat(1001)}`, /^q: longer than 1000 characters$/],
  ];
  for (const [query, says] of badQueries) {
    test(`answers ${query.slice(0, 40)} with 400, and says what is allowed`, async () => {
      const { status, detail } = await problem(`/api/issues?${query}`);
      assert.equal(status, 400);
      assert.match(detail, says);
    });
  }

  test('shows one issue by its id and its short id', async () => {
    const [listed] = (await issues('?limit=1')).items;
    assert.deepEqual(await api.get('getIssue', `/api/issues/${listed!.id}`), listed);
    assert.deepEqual(await api.get('getIssue', `/api/issues/${listed!.short_id.toLowerCase()}`), listed);
  });

  test('lists the events of an issue, and shows one', async () => {
    const [issue] = (await issues('?class=timeout')).items;
    const path = `/api/issues/${issue!.short_id}/events`;
    const { items, next_cursor } = await api.get<PageAnswer<EventAnswer>>('listIssueEvents', path);
    assert.equal(next_cursor, null);
    assert.deepEqual(items, [
      {
        id: 'b'.repeat(32),
        issue_id: issue!.id,
        time: new Date(clock.now() - 1000).toISOString(),
        reported_time: null,
        service: 'checkout',
        severity: 'high',
        class: 'timeout',
        component: '@opentelemetry/instrumentation-express',
        type: 'PaymentError',
        message: 'Größe überschritten\nsecond line',
        stack: 'PaymentError: card 17 was refused\n    at charge (/app/src/charge.js:10:5)',
        frames: [
          { function: 'charge', module: null, file: '/app/src/charge.js', line: 10, column: 5, in_app: true },
        ],
        causes: [],
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: 'b7ad6b7169203331',
        operation: 'POST /charge',
        environment: 'production',
        version: '1.4.2',
        instance: null,
        pod: null,
        breadcrumbs: [],
        swallowed: false,
        likely_cause: null,
        job_id: '17',
        job_name: 'nightly',
        attributes: { 'job.id': 17, 'job.name': 'nightly', 'http.route': '/x' },
        support_code: 'TOC-1BVPA68P',
      } satisfies EventAnswer,
    ]);
    assert.deepEqual(await api.get('getEvent', `/api/events/${items[0]!.id}`), items[0]);
  });

  test('lists alerts', async () => {
    const { items } = await api.get<PageAnswer<AlertAnswer>>('listAlerts', '/api/alerts');
    assert.equal(items.length, 2);
    const { items: one } = await api.get<PageAnswer<AlertAnswer>>('listAlerts', '/api/alerts?service=other');
    assert.partialDeepStrictEqual(one, [
      {
        alertname: 'NewIssue',
        state: 'firing',
        severity: 'high',
        service: 'other',
        labels: { alertname: 'NewIssue', service: 'other', environment: 'production', severity: 'high' },
        starts_at: new Date(clock.now()).toISOString(),
        ends_at: null,
        revision: 1,
      },
    ]);
    for (const [query, found] of [
      ['state=ended', 0],
      ['state=firing,ended&severity=high', 2],
      ['severity=critical', 0],
    ] as const) {
      const filtered = await api.get<PageAnswer<AlertAnswer>>('listAlerts', `/api/alerts?${query}`);
      assert.equal(filtered.items.length, found, query);
    }
  });

  test('lists deliveries, and why they are not shown', async () => {
    const list = async (query: string): Promise<DeliveryAnswer[]> =>
      (await api.get<PageAnswer<DeliveryAnswer>>('listDeliveries', `/api/deliveries${query}`)).items;
    const deliveries = await list('');
    assert.equal(deliveries.length, 2);
    assert.partialDeepStrictEqual(
      deliveries.find(({ failures }) => failures > 0),
      {
        receiver: 'slack',
        state: 'pending',
        wanted_revision: 1,
        shown_revision: 0,
        last_error: 'not_reachable',
        retry_at: new Date(clock.now() + 1000).toISOString(),
      },
    );
    assert.equal((await list('?state=pending')).length, 2);
    assert.equal((await list('?state=pending,shown')).length, 2);
    assert.equal((await list('?state=shown')).length, 0);
    assert.equal((await list('?receiver=mail')).length, 0);
  });

  test('has a delivery tried now, unless there is none, or it is shown', async () => {
    const post = (id: string) => api.ask(`/api/deliveries/${id}/retry`, { method: 'POST' });
    const [failed] = (
      await api.get<PageAnswer<DeliveryAnswer>>('listDeliveries', '/api/deliveries')
    ).items.filter(({ failures }) => failures > 0);
    const tried = await post(failed!.id);
    assert.equal(tried.status, 200);
    assert.partialDeepStrictEqual(JSON.parse(tried.body), {
      id: failed!.id,
      state: 'pending',
      retry_at: null,
    });
    assert.deepEqual(api.retried, ['slack']);
    for (const id of ['nonsense', ':', 'a:b:c', failed!.id.replace('slack', 'mail')])
      assert.equal((await post(encodeURIComponent(id))).status, 404, id);
    const due = await api.store.dueDeliveries('slack', clock.now(), 10);
    const delivery = due.find(({ incident }) => failed!.id.startsWith(incident.key))!;
    const shown = { kind: 'delivered', reference: { ts: '1' } } as const;
    await api.store.settleDelivery(settle(delivery, shown, clock.now(), 0));
    assert.equal((await post(failed!.id)).status, 409);
    assert.deepEqual(api.retried, ['slack']);
  });

  test('says what became of everything', async () => {
    api.events.spansAccounted('received', 3);
    api.events.spansAccounted('unrouted', 3);
    const { signals, since } = await api.get<LedgerAnswer>('getLedger', '/api/ledger');
    assert.equal(since, new Date(clock.now()).toISOString());
    assert.deepEqual(signals.spans, {
      received: 3,
      forwarded: 0,
      dropped: 0,
      sampled_out: 0,
      unrouted: 3,
      rejected: 0,
      duplicate: 0,
      lost: 0,
      pending: 0,
    });
  });

  test('says what was dropped as noise, by rule, and left out by sampling', async () => {
    api.audit.dropped('health-checks', 4, 900);
    api.audit.sample(
      'health-checks',
      { resource: 0, nameNumber: -1, fullName: 'GET /healthz', kind: 2 },
      'shop',
    );
    api.events.localTraces.sampled('left_out', 7);
    api.events.localTraces.held(3);
    api.events.localTraces.undecided('timeout', 2);
    const { items, sampling, local_traces } = await api.get<NoiseAnswer>('listNoise', '/api/noise');
    assert.deepEqual(sampling, {
      ratio: 0.1,
      always: ['status="error"'],
      always_spans: 0,
      ratio_spans: 0,
      left_out_spans: 7,
    });
    assert.deepEqual(local_traces, { held_spans: 3, timeout_spans: 2, full_spans: 0, orphaned_spans: 0 });
    const at = new Date(clock.now()).toISOString();
    assert.deepEqual(items[0], {
      rule: 'health-checks',
      built_in: true,
      enabled: true,
      spans: 4,
      bytes: 900,
      last_dropped_at: at,
      samples: [{ service: 'shop', name: 'GET /healthz', kind: 'server', at }],
    });
    assert.deepEqual(items[1]?.last_dropped_at, null);
  });

  test('resolves an issue, says who did, and tells alerting', async () => {
    const [listed] = (await issues('?service=other')).items;
    const before = api.changes;
    const path = `/api/issues/${listed!.id}/resolve`;
    const resolved = await api.get<IssueAnswer>('resolveIssue', path, { method: 'POST', token: bobToken });
    assert.partialDeepStrictEqual(resolved, {
      state: 'resolved',
      resolved_by: 'bob',
      resolved_at: new Date(clock.now()).toISOString(),
    });
    assert.equal(api.changes, before + 1);
  });

  const missing: [method: string, path: string][] = [
    ['GET', '/api/issues/nothing'],
    ['GET', '/api/issues/nothing/events'],
    ['GET', '/api/events/nothing'],
    ['POST', '/api/issues/nothing/resolve'],
    ['GET', '/api/nothing'],
    ['GET', '/api'],
    ['GET', '/API/issues'],
    ['GET', '/nothing'],
    ['PUT', '/nothing'],
  ];
  for (const [method, path] of missing) {
    test(`answers ${method} ${path} with 404`, async () => {
      assert.equal((await problem(path, method)).status, 404);
    });
  }

  const wrongMethods: [method: string, path: string, allow: string][] = [
    ['DELETE', '/api/issues', 'GET, HEAD, OPTIONS'],
    ['POST', '/api/issues', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/api/issues/x', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/issues/x/resolve', 'POST, OPTIONS'],
    ['POST', '/', 'GET, HEAD'],
    ['GET', '/logout', 'POST'],
    ['POST', '/login', 'GET'],
    ['HEAD', '/login?token=x', 'GET'],
  ];
  for (const [method, path, allow] of wrongMethods) {
    test(`answers ${method} ${path} with 405, and what is allowed`, async () => {
      const { status, headers } = await api.ask(path, { method });
      assert.equal(status, 405);
      assert.equal(headers['allow'], allow);
    });
  }

  test('answers HEAD as GET without a body, and OPTIONS with what is allowed', async () => {
    const head = await api.ask('/api/issues', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body], [200, '']);
    assert.ok(Number(head.headers['content-length']) > 10);
    const options = await api.ask('/api/issues', { method: 'OPTIONS', headers: { origin: 'http://evil' } });
    assert.deepEqual([options.status, options.headers['allow']], [204, 'GET, HEAD, OPTIONS']);
    const cors = Object.keys(options.headers).filter((name) => name.startsWith('access-control'));
    assert.deepEqual(cors, []);
  });

  test('answers a path that cannot be decoded with 400', async () => {
    assert.equal((await problem('/api/issues/%E0%A4%A')).status, 400);
  });
});
