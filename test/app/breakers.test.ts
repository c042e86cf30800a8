import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { logsRequestBytes } from '../support/log-builders.ts';
import { metricsRequestBytes } from '../support/metric-builders.ts';
import { kind } from '../support/otlp-builders.ts';
import { minute, second, watchedApp } from '../support/watched-app.ts';

const quiet = [
  { name: 'TelemetrySilent', enabled: false },
  { name: 'NeverReceived', enabled: false },
];
const shop = { 'service.name': 'shop', 'deployment.environment.name': 'prod' };

async function appWithBreaker(...[t, given]: Parameters<typeof watchedApp>) {
  const app = await watchedApp(t, { rules: quiet, ...given });
  const { core, clock, answer } = app;
  const attributesOf = (state: string, from: string) => ({
    'circuit_breaker.name': 'payments',
    'circuit_breaker.state': state,
    'circuit_breaker.previous_state': from,
  });
  return {
    ...app,
    /** On a span of the app. */
    changed: (from: string, state: string) =>
      answer(1, 0, {
        events: [
          {
            name: 'circuit_breaker.state_change',
            timeMillis: clock.now(),
            attributes: attributesOf(state, from),
          },
        ],
      }),
    /** In a log record, as adapters do it where there is no span. */
    logged: async (from: string, state: string, more: object = {}) => {
      const record = { timeMillis: clock.now(), attributes: attributesOf(state, from) };
      const bytes = logsRequestBytes(
        [{ ...record, eventName: 'circuit_breaker.state_change', ...more }],
        shop,
      );
      await core.acceptors.logs.accept(bytes);
    },
    metered: async (opened: number) => {
      const attributes = {
        'failsafe.circuit_breaker.name': 'payments',
        'failsafe.circuit_breaker.state': 'open',
      };
      const point = { value: opened, attributes, startMillis: 1, timeMillis: clock.now() };
      const metric = { name: 'failsafe.circuit_breaker.state_change.count', points: [point] };
      await core.acceptors.metrics.accept(metricsRequestBytes([metric], shop));
    },
  };
}

const open = 'shop (prod): The circuit breaker payments is open';
const stuck = 'shop (prod): The circuit breaker payments does not close';

suite('an alert about a circuit breaker', () => {
  test('is told when it opens, and over when it has closed for a minute', async (t) => {
    const { changed, pass, heard } = await appWithBreaker(t);
    await changed('closed', 'open');
    await pass(20 * second);
    assert.deepEqual(heard(), [`[HIGH] ${open}`]);
    await pass(40 * second);
    await changed('open', 'half_open');
    await pass(5 * minute);
    await changed('half_open', 'closed');
    await pass(30 * second);
    assert.deepEqual(heard(), []);
    await pass(minute);
    assert.deepEqual(heard(), [`[RESOLVED] ${open}`]);
  });

  test('is told once when it opens again and again', async (t) => {
    const { changed, logged, pass, heard } = await appWithBreaker(t);
    await changed('closed', 'open');
    for (let i = 0; i < 3; i++) {
      await pass(60 * second);
      await logged('open', 'half_open');
      await logged('half_open', 'open');
    }
    assert.deepEqual(heard(), [`[HIGH] ${open}`]);
  });

  test('is told when its probes fail for five minutes, and not before, nor without any', async (t) => {
    const { changed, pass, heard } = await appWithBreaker(t);
    await changed('closed', 'open');
    await pass(6 * minute);
    assert.deepEqual(heard(), [`[HIGH] ${open}`]);
    await changed('open', 'half_open');
    await changed('half_open', 'open');
    await pass(30 * second);
    assert.deepEqual(heard(), [`[CRITICAL] ${stuck}`]);
    await changed('open', 'half_open');
    await changed('half_open', 'closed');
    await pass(2 * minute);
    assert.deepEqual(heard().sort(), [`[RESOLVED] ${open}`, `[RESOLVED] ${stuck}`].sort());
  });

  test('is told by log records of old senders, and where metrics tell of it', async (t) => {
    const old = await appWithBreaker(t);
    const attributes = {
      'event.name': 'circuit_breaker.state_change',
      'circuit_breaker.name': 'payments',
      'circuit_breaker.state': 'OPEN',
    };
    await old.logged('', '', { eventName: '', attributes });
    await old.pass(20 * second);
    assert.deepEqual(old.heard(), [`[HIGH] ${open}`]);
    const metered = await appWithBreaker(t);
    await metered.metered(1);
    await metered.pass(20 * second);
    assert.deepEqual(metered.heard(), [`[HIGH] ${open}`]);
  });

  test('is over when nothing is heard of it for 15 minutes', async (t) => {
    const { changed, pass, heard } = await appWithBreaker(t);
    await changed('closed', 'open');
    await pass(14 * minute);
    assert.deepEqual(heard(), [`[HIGH] ${open}`]);
    await pass(3 * minute);
    assert.deepEqual(heard(), [`[RESOLVED] ${open}`]);
  });

  test('goes on when Tocsin is started anew, until it is heard that it has closed', async (t) => {
    const { changed, pass, heard, stop, clock, store } = await appWithBreaker(t);
    await changed('closed', 'open');
    await changed('open', 'half_open');
    await changed('half_open', 'open');
    await pass(6 * minute);
    assert.deepEqual(heard().sort(), [`[CRITICAL] ${stuck}`, `[HIGH] ${open}`]);
    await stop();
    const again = await appWithBreaker(t, { clock, store });
    await again.pass(10 * minute);
    assert.deepEqual(again.heard(), []);
    assert.deepEqual(
      again.core.breakers[0]!().map(({ instances }) => instances),
      [{ closed: 0, open: 1, half_open: 0 }],
    );
    await again.changed('half_open', 'closed');
    await again.pass(2 * minute);
    assert.deepEqual(again.heard().sort(), [`[RESOLVED] ${stuck}`, `[RESOLVED] ${open}`]);
  });

  test('that goes on is over when nothing is heard of it after the start either', async (t) => {
    const { changed, pass, heard, stop, clock, store } = await appWithBreaker(t);
    await changed('closed', 'open');
    await pass(minute);
    assert.deepEqual(heard(), [`[HIGH] ${open}`]);
    await stop();
    const again = await appWithBreaker(t, { clock, store });
    await again.pass(18 * minute);
    assert.deepEqual(again.heard(), [`[RESOLVED] ${open}`]);
  });

  test('says how many calls were made meanwhile', async (t) => {
    const { answer, changed, pass, receiver } = await appWithBreaker(t);
    await changed('closed', 'open');
    await pass(second);
    await answer(7, 0, {
      attributes: { 'circuit_breaker.name': 'payments', 'circuit_breaker.outcome': 'rejected' },
      endTimeUnixNano: '1767312060000000000',
    });
    await pass(20 * second);
    const fact = receiver.shown[0]!.message.facts.find(({ name }) => name === 'Calls meanwhile');
    assert.equal(fact?.value, '7');
  });

  test('is told of what a span says that is dropped as noise, once however late its local root comes', async (t) => {
    const { core, clock, answer } = await appWithBreaker(t);
    const events = [
      {
        name: 'circuit_breaker.state_change',
        timeMillis: clock.now(),
        attributes: { 'circuit_breaker.name': 'payments', 'circuit_breaker.state': 'open' },
      },
    ];
    const called = { 'circuit_breaker.name': 'payments', 'circuit_breaker.outcome': 'rejected' };
    await answer(1, 0, { id: 2, parent: 1, trace: 77, kind: kind.client, events, attributes: called });
    await answer(1, 0, { id: 1, trace: 77, name: 'GET /healthz', attributes: { 'url.path': '/healthz' } });
    assert.equal(core.audit.report(core.noise.names)[0]?.spans, 2);
    const [record] = core.reported.book.all;
    assert.deepEqual([record!.state, record!.calls.rejected, record!.transitions.length], ['open', 1, 1]);
  });

  test('counts nothing of a request that is to be sent again', async (t) => {
    const { core, clock } = await appWithBreaker(t);
    const record = {
      timeMillis: clock.now(),
      eventName: 'circuit_breaker.state_change',
      attributes: { 'circuit_breaker.name': 'payments', 'circuit_breaker.state': 'open' },
    };
    const bytes = logsRequestBytes([record], shop);
    const refused = () => Promise.reject(new Error('the journal cannot be written'));
    await assert.rejects(core.acceptors.logs.accept(bytes, refused));
    assert.deepEqual(core.reported.book.all, []);
    await core.acceptors.logs.accept(bytes);
    assert.equal(core.reported.book.all.length, 1);
  });
});
