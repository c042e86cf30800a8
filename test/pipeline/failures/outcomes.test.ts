import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import type { Issue } from '../../../src/issues/issue.ts';
import { eventually } from '../../support/eventually.ts';
import {
  call,
  endOf,
  failedCall,
  ran,
  root,
  setUpFailures as setUp,
  stopAll,
} from '../../support/failure-pipeline.ts';
import { type SpanSpec, traceRequestBytes } from '../../support/otlp-builders.ts';

interface Wanted {
  severity: Issue['severity'];
  swallowed?: boolean;
}

const table: [what: string, spans: SpanSpec[], wanted: Wanted][] = [
  ['a call under a root that failed', [failedCall(2), { ...root, failed: true }], { severity: 'high' }],
  [
    'a call under a root that was answered 500',
    [failedCall(2), { ...root, attributes: { 'http.response.status_code': 500 } }],
    { severity: 'high' },
  ],
  ['a call under a root that ended well', [failedCall(2), root], { severity: 'high', swallowed: true }],
  [
    'a call two levels below a root that ended well',
    [failedCall(3, { parent: 2 }), { id: 2, parent: 1, name: 'charge', failed: true }, root],
    { severity: 'high', swallowed: true },
  ],
  [
    'a call of which the caller was told, with a 409',
    [failedCall(2), { ...root, attributes: { 'http.response.status_code': 409 } }],
    { severity: 'medium' },
  ],
  [
    'a call of which the caller was told by gRPC',
    [failedCall(2), { ...root, attributes: { 'rpc.grpc.status_code': 5 } }],
    { severity: 'medium' },
  ],
  [
    'a call of which the caller was told by gRPC, as newer conventions write it',
    [failedCall(2), { ...root, attributes: { 'rpc.response.status_code': 'NOT_FOUND' } }],
    { severity: 'medium' },
  ],
  [
    'a call under a root that gRPC says is well, as newer conventions write it',
    [failedCall(2), { ...root, attributes: { 'rpc.response.status_code': 'OK' } }],
    { severity: 'high', swallowed: true },
  ],
  [
    'an exception that no span failed of',
    [{ id: 2, parent: 1, exceptions: [{}] }, root],
    { severity: 'medium' },
  ],
  [
    'a call answered 404, which may have been asked for',
    [failedCall(2, { attributes: { 'http.response.status_code': 404 } }), root],
    { severity: 'low' },
  ],
  [
    'an attempt that was repeated with success',
    [failedCall(2), call(3, ran(30, 10)), root],
    { severity: 'low' },
  ],
  [
    'an attempt that was repeated with success, whatever the order they come in',
    [root, call(3, ran(30, 10)), failedCall(2)],
    { severity: 'low' },
  ],
  [
    'a call beside one that ran at the same time',
    [failedCall(2), call(3, ran(12, 30)), root],
    { severity: 'high', swallowed: true },
  ],
  [
    'a call before one to somewhere else',
    [
      failedCall(2),
      call(3, { ...ran(30, 10), attributes: { 'url.full': 'http://payments:8080/refund' } }),
      root,
    ],
    { severity: 'high', swallowed: true },
  ],
  [
    'a call before one that failed as well',
    [failedCall(2), failedCall(3, { ...ran(30, 10) }), root],
    { severity: 'high', swallowed: true },
  ],
];

suite('what became of a failure', () => {
  afterEach(stopAll);
  for (const [what, spans, { severity, swallowed = false }] of table) {
    test(`shows in one request: ${what}`, async () => {
      const { send, issues } = await setUp();
      await send(...spans);
      assert.deepEqual(
        (await issues()).map((issue) => [issue.severity, issue.swallowed, issue.held]),
        [[severity, swallowed, 0]],
      );
    });

    test(`shows when it comes span by span: ${what}`, async () => {
      const { send, issues, events, stored } = await setUp();
      // Spans are sent as they end: children before their parents, attempts before the one that succeeds.
      for (const span of [...spans].sort((a, b) => endOf(a) - endOf(b) || b.id - a.id)) await send(span);
      await stored();
      const found = (await issues()).map((issue) => [issue.severity, issue.swallowed, issue.held]);
      assert.deepEqual(found, [[severity, swallowed, 0]]);
      for (const event of await events()) assert.equal(event.held, undefined);
    });
  }

  test('is waited for, where another attempt may succeed, and the severity with it', async () => {
    const { send, issues, clock, value } = await setUp();
    await send(failedCall(2));
    assert.partialDeepStrictEqual((await issues())[0], {
      severity: 'low',
      held: 1,
      heldSeverity: 'high',
      count: 1,
    });
    clock.advance(9_999);
    assert.equal((await issues())[0]?.severity, 'low');
    clock.advance(1);
    await eventually('it to be taken for failed', async () => (await issues())[0]?.severity === 'high');
    assert.equal((await issues())[0]?.held, 0);
    assert.equal(value('tocsin_failures_settled_total{outcome="open"}'), 1);
    assert.equal(
      value('tocsin_error_events_total{service_name="shop",severity="high",class="connection"}'),
      1,
    );
  });

  test('is not waited for where nothing can make up for it', async () => {
    const { send, issues } = await setUp();
    await send({ id: 2, parent: 1, failed: true });
    assert.partialDeepStrictEqual((await issues())[0], { severity: 'high', held: 0 });
  });

  test('is not waited for where the app or a rule says how bad it is', async () => {
    const said = await setUp();
    await said.send(failedCall(2, { attributes: { 'tocsin.severity': 'critical' } }));
    assert.partialDeepStrictEqual((await said.issues())[0], { severity: 'critical', held: 0 });
    const ruled = await setUp({ severity: [{ severity: 'medium', where: ['service="shop"'] }] });
    await ruled.send(failedCall(2));
    assert.partialDeepStrictEqual((await ruled.issues())[0], { severity: 'medium', held: 0 });
  });

  test('of several waiting in one issue is told of each', async () => {
    const { send, issues, events } = await setUp();
    await send(failedCall(2, { trace: 7 }));
    await send(failedCall(2, { trace: 8 }));
    assert.equal((await issues())[0]?.held, 2);
    await send(call(3, { trace: 7, ...ran(30, 5) }), { ...root, trace: 7 });
    assert.partialDeepStrictEqual((await issues())[0], { severity: 'low', held: 1, heldSeverity: 'high' });
    await send({ ...root, trace: 8, failed: true });
    assert.partialDeepStrictEqual((await issues())[0], { severity: 'high', held: 0 });
    const severities = new Map(
      (await events()).map(({ traceId, severity }) => [traceId.slice(-1), severity]),
    );
    assert.deepEqual(Object.fromEntries(severities), { 7: 'low', 8: 'high' });
  });

  test('is passed on from span to span until the local root is there', async () => {
    const { send, issues } = await setUp();
    await send(failedCall(4, { parent: 3 }));
    await send({ id: 3, parent: 2, name: 'step', failed: true });
    await send({ id: 2, parent: 1, name: 'handler' });
    assert.equal((await issues())[0]?.held, 1);
    await send(root);
    assert.partialDeepStrictEqual((await issues())[0], { severity: 'high', swallowed: true, held: 0 });
  });

  test('is settled for the worst when nothing more is taken in', async () => {
    const { send, issues, pipeline } = await setUp();
    await send(failedCall(2));
    pipeline.stop();
    await eventually('it to be settled', async () => (await issues())[0]?.held === 0);
    assert.equal((await issues())[0]?.severity, 'high');
  });

  test('is learnt once, however often its request is sent', async () => {
    const { send, issues, value } = await setUp();
    await send(failedCall(2));
    await send(failedCall(2));
    await send(root);
    assert.partialDeepStrictEqual((await issues())[0], { count: 1, held: 0, swallowed: true });
    const series =
      'tocsin_swallowed_failures_total{service_name="shop",operation="POST /order",dependency="payments:8080"}';
    assert.equal(value(series), 1);
  });

  test('costs the least where thousands wait: what is too much is taken for failed', async () => {
    const { send, issues } = await setUp({ kept_per_minute: 1 });
    for (let batch = 0; batch < 21; batch++)
      await send(...Array.from({ length: 1000 }, (_, i) => failedCall(2, { trace: batch * 1000 + i + 1 })));
    await eventually('the oldest to be settled', async () => (await issues())[0]?.severity === 'high');
    assert.equal((await issues())[0]?.count, 21_000);
  });
});

suite('what failed above a failure', () => {
  const failedRoot: SpanSpec = {
    ...root,
    failed: true,
    attributes: { 'http.response.status_code': 500 },
    exceptions: [{ type: 'TypeError' }],
  };
  const types = (issues: Issue[]): string[] =>
    issues.map(({ type, severity }) => `${type} ${severity}`).sort();
  const harmless: [what: string, spans: SpanSpec[], wanted: string[]][] = [
    ['an attempt that was made up for', [failedCall(2), call(3, ran(30, 10))], ['HTTP 503 low']],
    [
      'a call that was answered 404',
      [failedCall(2, { attributes: { 'http.response.status_code': 404 } })],
      ['HTTP 404 low'],
    ],
  ];
  for (const [what, spans, wanted] of harmless) {
    test(`is told although there is ${what} below it, in one request`, async () => {
      const { send, issues } = await setUp();
      await send(...spans, { ...failedRoot, exceptions: [] });
      assert.deepEqual(types(await issues()), ['HTTP 500 high', ...wanted].sort());
    });

    test(`is told although there is ${what} below it, in requests of their own`, async () => {
      const { send, issues, stored } = await setUp();
      for (const span of spans) await send(span);
      await send(failedRoot);
      await stored();
      assert.deepEqual(types(await issues()), ['TypeError high', ...wanted].sort());
    });
  }

  test('is no symptom of what ended after it, which is told itself', async () => {
    const { send, issues } = await setUp();
    await send({ ...root, ...ran(0, 10), failed: true, exceptions: [{ type: 'ValidationError' }] });
    await send({ id: 2, parent: 1, ...ran(5000, 100), failed: true, exceptions: [{ type: 'PaymentLost' }] });
    assert.deepEqual(types(await issues()), ['PaymentLost high', 'ValidationError high']);
  });

  test('takes what comes later for its cause only if that is no worse', async () => {
    const handled: SpanSpec = { ...ran(10, 50), id: 2, parent: 1, exceptions: [{ type: 'Retried' }] };
    const { send, issues } = await setUp();
    await send(handled, root);
    await send({ ...ran(15, 10), id: 3, parent: 2, failed: true, exceptions: [{ type: 'WriteLost' }] });
    assert.deepEqual(types(await issues()), ['Retried medium', 'WriteLost high']);
  });

  test('is told in another order when its request is replayed, and no failure becomes two', async () => {
    const { send, issues, pipeline } = await setUp();
    const above: SpanSpec = {
      ...ran(0, 100),
      id: 2,
      parent: 1,
      failed: true,
      exceptions: [{ type: 'Above' }],
    };
    await send(above);
    await send(failedCall(3, { parent: 2 }));
    pipeline.stop();
    await send(above);
    await send(failedCall(3, { parent: 2 }));
    assert.deepEqual(
      (await issues()).map(({ type, count }) => [type, count]),
      [['Above', 1]],
    );
  });
});

suite('an attempt', () => {
  test('is not made up for by what was done with other data', async () => {
    const insert = (id: number, given: Partial<SpanSpec>): SpanSpec =>
      call(id, {
        name: 'INSERT',
        ...given,
        attributes: { 'db.query.text': 'INSERT $1', ...given.attributes },
      });
    const { send, issues } = await setUp();
    await send(
      insert(2, { failed: true, ...ran(10, 10), attributes: { 'db.response.status_code': '23505' } }),
      insert(3, ran(30, 10)),
      root,
    );
    assert.partialDeepStrictEqual((await issues())[0], { severity: 'high', swallowed: true });
  });

  test('is made up for, however many other calls follow', async () => {
    const others = Array.from({ length: 40 }, (_, i) => call(i + 10, { name: 'GET', ...ran(100 + i, 1) }));
    const { send, issues } = await setUp();
    await send(failedCall(2), call(3, ran(30, 10)), ...others, root);
    assert.partialDeepStrictEqual((await issues())[0], { severity: 'low', swallowed: false });
  });

  test('that a rule is about is judged by what people will be told of it', async () => {
    const { send, issues, stored } = await setUp({
      expected: [{ name: 'low', where: ['severity="low"'] }],
      severity: [{ severity: 'critical', where: ['severity="high"', 'service="shop"'] }],
    });
    await send(failedCall(2));
    await stored();
    assert.partialDeepStrictEqual((await issues())[0], { severity: 'critical', expected: false });
  });

  test('keeps its own class and ids where its local root names the user', async () => {
    const { send, events } = await setUp();
    const server: SpanSpec = { ...root, failed: true, attributes: { 'user.id': 'ada' } };
    await send(failedCall(2, { exceptions: [{ type: 'A' }, { type: 'B' }] }), server);
    assert.deepEqual(
      (await events())
        .map(({ type, spanId, class: errorClass }) => `${type} ${Number.parseInt(spanId, 16)} ${errorClass}`)
        .sort(),
      ['A 2 connection', 'B 2 connection'],
    );
  });

  test('waits with thousands below one span, and each is found in no time', async () => {
    const { send, issues, stored } = await setUp({ kept_per_minute: 1 });
    await send(...Array.from({ length: 15_000 }, (_, i) => failedCall(i + 10)));
    const before = process.cpuUsage();
    await send(...Array.from({ length: 5000 }, (_, i) => call(i + 20_000, { name: 'GET', ...ran(50, 1) })));
    await send({ ...root, failed: true });
    const { user, system } = process.cpuUsage(before);
    assert.ok((user + system) / 1e6 < 2, `${(user + system) / 1e6} s`);
    await stored();
    await eventually('all to be settled', async () => (await issues())[0]?.severity === 'high');
  });
});

suite('a swallowed failure', () => {
  afterEach(stopAll);
  const series = (operation: string, dependency: string): string =>
    `tocsin_swallowed_failures_total{service_name="shop",operation="${operation}",dependency="${dependency}"}`;

  test('is counted by the operation that ended well and by whom the call went to', async () => {
    const { send, value, events } = await setUp();
    await send(failedCall(2), root);
    assert.equal(value(series('POST /order', 'payments:8080')), 1);
    assert.deepEqual((await events())[0]?.swallowed, {
      operation: 'POST /order',
      dependency: 'payments:8080',
    });
  });

  test('of a step is counted by whom the call below it went to that failed', async () => {
    const { send, value, settled } = await setUp();
    const step: SpanSpec = {
      id: 2,
      parent: 1,
      name: 'charge',
      failed: true,
      exceptions: [{ type: 'ChargeError' }],
    };
    await send(failedCall(3, { parent: 2 }), step, root);
    // In another request than its root.
    await send(failedCall(3, { trace: 2, parent: 2 }), { ...step, trace: 2 });
    await send({ ...root, trace: 2 });
    // What failed beside it is no reason.
    await send(failedCall(3, { trace: 3, parent: 1 }), { ...step, trace: 3 }, { ...root, trace: 3 });
    await settled();
    assert.equal(value(series('POST /order', 'payments:8080')), 3);
    assert.equal(value(series('POST /order', '')), 1);
  });

  test('that is expected is none', async () => {
    const { send, value, issues, stored } = await setUp({
      expected: [{ name: 'fallback', where: ['type="HTTP 503"'] }],
    });
    await send(failedCall(2), root);
    await send(failedCall(2, { trace: 2 }));
    await send({ ...root, trace: 2 });
    await stored();
    assert.equal(value(series('POST /order', 'payments:8080')), 0);
    assert.partialDeepStrictEqual((await issues())[0], { swallowed: false, count: 2 });
  });
});

suite('the users and pods of an issue', () => {
  afterEach(stopAll);
  const at = (pod: string, ...spans: SpanSpec[]) =>
    traceRequestBytes(spans, { 'service.name': 'shop', 'k8s.pod.name': pod });
  const user = (id: string) => ({ attributes: { 'enduser.id': id } });

  test('are counted once each, by what the span says or else its local root, also of events that are only counted', async () => {
    const { pipeline, issues, events } = await setUp({ kept_per_minute: 1 });
    const failed = (trace: number, given: Partial<SpanSpec> = {}): SpanSpec => ({
      ...root,
      trace,
      failed: true,
      ...given,
    });
    await pipeline.accept(at('shop-1', failed(1, user('ada'))));
    await pipeline.accept(at('shop-1', failed(2, user('ada')), failed(3, user('bob'))));
    await pipeline.accept(
      at('shop-2', { id: 2, trace: 4, parent: 1, failed: true, name: 'POST /order' }, failed(4, user('eve'))),
    );
    await pipeline.accept(at('shop-2', failed(5)));
    assert.partialDeepStrictEqual((await issues())[0], { count: 5, users: 3, pods: 2 });
    const [event] = await events();
    assert.equal(event?.pod, 'shop-1');
    assert.doesNotMatch(JSON.stringify(event), /userHash/);
  });
});

suite('the likely cause', () => {
  afterEach(stopAll);
  test('is the deepest failed call of the local trace', async () => {
    const { send, issues } = await setUp();
    await send(
      { ...root, failed: true, exceptions: [{ type: 'OrderFailed' }] },
      failedCall(2, {
        name: 'GET',
        attributes: { 'server.address': 'stock', 'http.response.status_code': 500 },
      }),
      { id: 3, parent: 1, name: 'charge', failed: true },
      failedCall(4, { parent: 3, attributes: { 'http.request.method': 'POST' } }),
    );
    assert.equal((await issues())[0]?.likelyCause, 'POST payments:8080 → 503');
  });

  test('is none where no call failed', async () => {
    const { send, issues } = await setUp();
    await send({ ...root, failed: true }, call(2));
    assert.equal((await issues())[0]?.likelyCause, undefined);
  });

  test('is what failed below and comes later, which is then no failure of its own', async () => {
    const { send, issues, events } = await setUp();
    await send({
      ...ran(0, 100),
      id: 2,
      parent: 1,
      name: 'charge',
      failed: true,
      exceptions: [{ type: 'PaymentError' }],
    });
    await send(failedCall(3, { parent: 2 }));
    assert.deepEqual(
      (await issues()).map(({ type, likelyCause, count }) => [type, likelyCause, count]),
      [['PaymentError', 'POST payments:8080 → 503', 1]],
    );
    assert.equal((await events())[0]?.likelyCause, 'POST payments:8080 → 503');
  });

  test('is an exception below that comes later', async () => {
    const { send, issues } = await setUp();
    await send({ id: 2, parent: 1, name: 'charge', failed: true, exceptions: [{ type: 'PaymentError' }] });
    await send({
      id: 3,
      parent: 2,
      name: 'sign',
      exceptions: [{ type: 'KeyError', message: 'no key\nat all' }],
    });
    assert.deepEqual(
      (await issues()).map(({ type, likelyCause }) => [type, likelyCause]),
      [['PaymentError', 'sign → KeyError: no key']],
    );
  });

  test('has no secrets in it', async () => {
    const { send, issues } = await setUp();
    const secret = ['Bearer', 'abcdefghijklmnop1234'].join(' ');
    await send(
      { ...root, failed: true, exceptions: [{ type: 'OrderFailed' }] },
      call(2, { failed: true, status: { code: 2, message: `refused ${secret}` } } as Partial<SpanSpec>),
    );
    assert.doesNotMatch(JSON.stringify(await issues()), /abcdefghijklmnop/);
  });
});
