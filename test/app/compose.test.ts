import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import type {
  EventAnswer,
  HealthAnswer,
  IssueAnswer,
  LedgerAnswer,
  PageAnswer,
} from '../../src/admin/contract.ts';
import { compose, type Tocsin } from '../../src/app/composition/compose.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { Secret } from '../../src/config/secret.ts';
import { SlackStandIn } from '../../src/demo/slack/server.ts';
import type { Receiver } from '../../src/notify/receiver.ts';
import { SlackReceiver } from '../../src/notify/receivers/slack.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { errorEvent } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { judgeOpenMetrics } from '../support/openmetrics-judge.ts';
import { type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { TestClock } from '../support/test-clock.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-compose-'));
/** What a test that fails leaves running would keep the process from its end. */
const started: Tocsin[] = [];
after(async () => {
  await Promise.all(started.map((tocsin) => tocsin.stop().catch(() => undefined)));
  rmSync(directory, { recursive: true });
});

let stores = 0;
const newStorePath = (): string => join(directory, `${++stores}.db`);

/** The real composition, on free ports, with a clock that is moved by hand. */
async function start(
  given: {
    receivers?: readonly Receiver[];
    path?: string;
    clock?: TestClock;
    metrics?: object;
    store?: SqliteStore;
  } = {},
) {
  const {
    receivers = [],
    path = newStorePath(),
    clock = new TestClock(),
    store = new SqliteStore(path),
  } = given;
  const free = '127.0.0.1:0';
  const configuration = configurationSchema.parse({
    intake: { http: { listen: free }, grpc: { listen: free } },
    metrics: { ...given.metrics, listen: free },
    admin: { listen: free },
  });
  const log = new RecordingLog();
  const tocsin: Tocsin = compose(configuration, {
    clock,
    log,
    store,
    receivers,
    tokens: [{ name: 'tester', token: new Secret('token') }],
    journalDirectory: `${path}.journal`,
    processMetrics: () => Promise.resolve('# TYPE own_metric untyped\nown_metric 1\n'),
    random: () => 0,
  });
  started.push(tocsin);
  await tocsin.start();
  const { otlpHttp, metrics, admin } = tocsin.addresses();
  const url = ({ port }: { port: number }, at: string): string => `http://127.0.0.1:${port}${at}`;
  const headers = { authorization: 'Bearer token' };
  return {
    tocsin,
    clock,
    log,
    path,
    scrape: async (accept: string): Promise<string> =>
      (await fetch(url(metrics, '/metrics'), { headers: { accept } })).text(),
    send: async (...spans: SpanSpec[]): Promise<number> => {
      const body = new Uint8Array(traceRequestBytes(spans));
      const type = { 'content-type': 'application/x-protobuf' };
      return (await fetch(url(otlpHttp, '/v1/traces'), { method: 'POST', headers: type, body })).status;
    },
    issues: async (): Promise<readonly IssueAnswer[]> =>
      ((await (await fetch(url(admin, '/api/issues'), { headers })).json()) as PageAnswer<IssueAnswer>).items,
    resolve: (id: string) => fetch(url(admin, `/api/issues/${id}/resolve`), { method: 'POST', headers }),
    open: (at: string) => fetch(url(metrics, at)),
    admin: url(admin, ''),
    api: async (at: string): Promise<unknown> => (await fetch(url(admin, at), { headers })).json(),
    health: async (): Promise<HealthAnswer> =>
      (await (await fetch(url(metrics, '/health'))).json()) as HealthAnswer,
  };
}

const failing: SpanSpec = {
  id: 1,
  name: 'POST /order',
  kind: 2,
  failed: true,
  exceptions: [{ type: 'CardError', message: 'refused' }],
};
const states = (receiver: RecordingReceiver): string[] => receiver.shown.map(({ message }) => message.state);

suite('the composition', () => {
  test('learns what became of a failure from requests that come later, and tells it', async (t) => {
    const receiver = new RecordingReceiver();
    const { tocsin, clock, send, issues } = await start({ receivers: [receiver] });
    t.after(() => tocsin.stop());
    const [swallowed, lone] = [1, 2];
    await send({ trace: swallowed, id: 2, parent: 1, kind: 3, failed: true, name: 'INSERT orders' });
    await send({ trace: swallowed, id: 1, kind: 2, name: 'POST /order' });
    await send({ trace: lone, id: 2, parent: 1, kind: 3, failed: true, name: 'GET cart' });
    const told = await eventually('what was swallowed to be known', async () => {
      clock.advance(2_000);
      const found = await issues();
      return found.every(({ severity }) => severity === 'high') && found;
    });
    assert.deepEqual(
      told.map(({ message, swallowed: isSwallowed }) => `${message} ${isSwallowed}`).toSorted(),
      ['GET cart failed false', 'INSERT orders failed true'],
    );
    await eventually(
      'both to be told',
      () => receiver.shown.filter((each) => each.in === undefined).length === 2,
    );
  });

  test('takes a failure by a wrong clock for one of when it came, says so, and counts that', async (t) => {
    const { tocsin, clock, send, issues, api, open } = await start();
    t.after(() => tocsin.stop());
    const at = (millis: number): Pick<SpanSpec, 'trace' | 'endTimeUnixNano' | 'exceptions'> => ({
      trace: ++traces,
      endTimeUnixNano: `${BigInt(millis) * 1_000_000n}`,
      exceptions: [],
    });
    let traces = 0;
    const came: string[] = [];
    for (const time of [Date.UTC(2100, 0, 1), clock.now() + 86_400_000, Date.UTC(1970, 0, 2), clock.now()]) {
      clock.advance(60_000);
      came.push(new Date(clock.now()).toISOString());
      assert.equal(await send({ ...failing, ...at(time) }), 200);
    }
    const first = new Date(clock.now() - 240_000).toISOString();
    const [issue] = await issues();
    assert.partialDeepStrictEqual(issue, { count: 4, last_seen: came[2], first_seen: first });
    const { items } = (await api(`/api/issues/${issue!.id}/events`)) as PageAnswer<EventAnswer>;
    assert.deepEqual(
      items.map(({ time, reported_time: reported }) => [time, reported]),
      [
        [came[2], '1970-01-02T00:00:00.000Z'],
        [came[1], new Date(Date.parse(first) + 86_400_000).toISOString()],
        [came[0], '2100-01-01T00:00:00.000Z'],
        [first, null],
      ],
    );
    const exposed = await (await open('/metrics')).text();
    assert.match(
      exposed,
      /^tocsin_error_event_times_replaced_total\{service_name="shop",reason="future"\} 2$/m,
    );
    assert.match(
      exposed,
      /^tocsin_error_event_times_replaced_total\{service_name="shop",reason="past"\} 1$/m,
    );
    // Sent again it is known, whatever time it was given.
    await send({ ...failing, ...at(Date.UTC(2100, 0, 1)), trace: 1 });
    assert.equal((await issues())[0]!.count, 4);
  });

  test('deletes what is older than it may be, counts that, and goes on counting what happened', async (t) => {
    const path = newStorePath();
    const store = new SqliteStore(path, { maxAgeMillis: 3_600_000, maxBytes: 2 ** 26 });
    const { tocsin, clock, send, issues, open } = await start({ path, store });
    t.after(() => tocsin.stop());
    const exposed = async (): Promise<string> => (await open('/metrics')).text();
    await eventually('it to be measured', async () => /tocsin_store_bytes [1-9]/.test(await exposed()));
    assert.equal(await send(failing, { ...failing, id: 2, trace: 2 }), 200);
    clock.advance(2 * 3_600_000);
    await eventually('an event to go', async () => {
      clock.advance(2_000);
      return (await exposed()).includes('tocsin_store_events_evicted_total{reason="age"} 1\n');
    });
    assert.match(await exposed(), /tocsin_store_max_bytes 67108864\n/);
    assert.equal((await issues())[0]?.count, 2);
  });

  test('leads a failing span to an issue, a metric and a message', async () => {
    const receiver = new RecordingReceiver();
    const { tocsin, send, issues, open } = await start({ receivers: [receiver] });
    assert.equal(await send(failing), 200);
    await eventually('a message', () => receiver.shown.length > 0);
    assert.match(receiver.shown[0]!.message.summary, /^\[HIGH] shop: CardError in POST \/order: refused$/);
    assert.deepEqual(
      (await issues()).map(({ title, count }) => [title, count]),
      [['CardError: refused', 1]],
    );
    const metrics = await (await open('/metrics')).text();
    assert.match(metrics, /traces_span_metrics_calls_total\{service_name="shop",.*ERROR"} 1/);
    assert.match(metrics, /tocsin_issues\{state="new",severity="high"} 1/);
    assert.match(metrics, /tocsin_notifications_total\{receiver="recorder",outcome="delivered"} 1/);
    assert.match(metrics, /tocsin_deliveries_pending\{receiver="recorder"} 0/);
    assert.match(metrics, /\nown_metric 1\n$/);
    await tocsin.stop();
  });

  test('ends an incident that has been quiet for 30 minutes, and tells of that', async () => {
    const receiver = new RecordingReceiver();
    const { tocsin, send, clock } = await start({ receivers: [receiver] });
    await send(failing);
    await eventually('a message', () => receiver.shown.length > 0);
    // By steps: what the store answers comes in between.
    for (let minute = 0; minute < 29; minute++) clock.advance(60_000);
    await eventually('alerting to be at rest', () => clock.pendingTimers >= 2);
    assert.deepEqual(states(receiver), ['firing']);
    await eventually('the end to be told', () => {
      clock.advance(31_000);
      return receiver.shown.length === 2;
    });
    assert.deepEqual(states(receiver), ['firing', 'ended']);
    assert.match(receiver.shown[1]!.message.summary, /^\[QUIET]/);
    await tocsin.stop();
  });

  test('does not take the time that it was down, or that somebody set the clock by, for quiet', async () => {
    const receiver = new RecordingReceiver();
    const clock = new TestClock();
    const first = await start({ receivers: [receiver], clock });
    await first.send(failing);
    await eventually('a message', () => receiver.shown.length > 0);
    await first.tocsin.stop();
    clock.advance(31 * 60_000);
    const { tocsin, path, log } = await start({ receivers: [receiver], clock, path: first.path });
    for (let minute = 0; minute < 29; minute++) {
      await eventually('alerting to be at rest', () => clock.pendingTimers >= 2);
      if (minute === 20) clock.setWall(40 * 60_000);
      clock.advance(60_000);
    }
    await eventually('alerting to be at rest', () => clock.pendingTimers >= 2);
    assert.deepEqual(states(receiver), ['firing'], `${path} ${log.errors.join()}`);
    await tocsin.stop();
  });

  test('tells of the end at once when somebody resolves the issue', async () => {
    const receiver = new RecordingReceiver();
    const { tocsin, send, issues, resolve, clock } = await start({ receivers: [receiver] });
    await send(failing);
    await eventually('a message', () => receiver.shown.length > 0);
    await resolve((await issues())[0]!.id);
    await eventually('the end to be told', () => {
      // It may rest, for a fraction of a second.
      clock.advance(1);
      return receiver.shown.length === 2;
    });
    assert.match(receiver.shown[1]!.message.summary, /^\[RESOLVED]/);
    assert.deepEqual(receiver.shown[1]!.in, { post: '1' });
    await tocsin.stop();
  });

  test('alerts after a restart on what was stored just before a crash', async () => {
    const path = newStorePath();
    const store = new SqliteStore(path);
    await store.start();
    await store.calls.record([errorEvent()], 0);
    await store.stop();
    const receiver = new RecordingReceiver();
    const { tocsin } = await start({ receivers: [receiver], path });
    await eventually('a message', () => receiver.shown.length > 0);
    await tocsin.stop();
  });

  test('tells every receiver, and none is held up by another', async () => {
    const stuck = new RecordingReceiver('stuck');
    stuck.verifications.push({ kind: 'refused', reason: 'no', remedy: 'none' });
    const well = new RecordingReceiver('well');
    const { tocsin, send, open } = await start({ receivers: [stuck, well] });
    await send(failing);
    await eventually('a message', () => well.shown.length > 0);
    assert.equal(stuck.shown.length, 0);
    const health = (await (await open('/health')).json()) as HealthAnswer;
    assert.partialDeepStrictEqual(health, {
      status: 'degraded',
      components: { receivers: { status: 'degraded', detail: 'stuck: no' } },
    });
    await tocsin.stop();
  });

  test('tells real Slack’s stand-in once, and edits that message as the count grows', async () => {
    const slack = new SlackStandIn({ tokens: ['t'], channels: [{ name: 'alerts' }], rateLimits: 'off' });
    const { url } = await slack.start();
    const receiver = new SlackReceiver({
      name: 'slack',
      token: new Secret('t'),
      channel: '#alerts',
      apiUrl: `${url}/api/`,
      timeoutMillis: 5000,
    });
    const { tocsin, send, clock } = await start({ receivers: [receiver] });
    await send(failing);
    await eventually('a message', () => slack.messages.length > 0);
    for (let trace = 2; trace <= 40; trace++) await send({ ...failing, trace });
    await eventually('the count to be shown', () => {
      clock.advance(1_000);
      return JSON.stringify(slack.messages[0]!.blocks).includes('"40"');
    });
    assert.equal(slack.messages.length, 1);
    assert.ok(slack.messages[0]!.edits.length <= 4, `${slack.messages[0]!.edits.length} edits`);
    await tocsin.stop();
    await slack.stop();
  });

  test('says in OpenMetrics what runs, what it counted and what it is itself', async () => {
    const receiver = new RecordingReceiver();
    const { tocsin, send, scrape } = await start({
      receivers: [receiver],
      metrics: { dimensions: ['tenant'] },
    });
    await send({ ...failing, attributes: { tenant: 'a' } });
    await eventually('the delivery to be counted', async () =>
      /detection_delay_seconds_count\{service_name="shop"} 1/.test(await scrape('*/*')),
    );
    const families = judgeOpenMetrics(await scrape('application/openmetrics-text'));
    assert.equal([...families.keys()][0], 'target');
    const only = (name: string): string =>
      families
        .get(name)!
        .samples.map(({ labels }) => labels)
        .join();
    assert.match(only('target'), /^service_name="shop",service_version=""/);
    assert.match(only('tocsin_build'), /^version="[\d.]+",commit="source",node="v[\d.]+"$/);
    assert.match(only('traces_span_metrics_calls'), /tenant="a"/);
    assert.equal(families.get('tocsin_alerts')!.samples[0]!.value, 1);
    assert.equal(families.get('own_metric')!.type, 'unknown');
    await tocsin.stop();
  });

  test('forgets a service that is gone', async () => {
    const { tocsin, send, scrape, clock } = await start({ metrics: { expire_after: '1m' } });
    await send({ ...failing, failed: false, exceptions: [] });
    assert.match(await scrape('*/*'), /target_info\{service_name="shop"[^]*calls_total\{service_name="shop"/);
    clock.advance(61_000);
    const text = await scrape('*/*');
    assert.doesNotMatch(text, /service_name="shop"/);
    assert.match(text, /tocsin_ledger_total\{signal="spans",fate="received"} 1\n/);
    await tocsin.stop();
  });

  test('counts no calls where nobody wants them, and everything else', async () => {
    const { tocsin, send, scrape } = await start({ metrics: { span_metrics: false } });
    await send(failing);
    const text = await scrape('*/*');
    assert.doesNotMatch(text, /traces_span_metrics/);
    assert.match(text, /tocsin_error_events_total\{service_name="shop",severity="high",class="unknown"} 1\n/);
    assert.match(text, /target_info\{service_name="shop"/);
    await tocsin.stop();
  });

  test('is alive and ready while it runs, and says what is not there', async () => {
    const { tocsin, open } = await start();
    assert.equal((await open('/livez')).status, 200);
    assert.equal((await open('/readyz')).status, 200);
    assert.equal((await open('/nothing')).status, 404);
    const health = (await (await open('/health')).json()) as HealthAnswer;
    assert.equal(health.status, 'healthy');
    await tocsin.stop();
    await assert.rejects(open('/livez'));
  });

  test('stops what had started when a part cannot start', async () => {
    const first = await start();
    const { otlpHttp } = first.tocsin.addresses();
    const free = '127.0.0.1:0';
    const taken = `127.0.0.1:${otlpHttp.port}`;
    const configuration = configurationSchema.parse({
      intake: { http: { listen: taken }, grpc: { listen: free } },
      metrics: { listen: free },
      admin: { listen: free },
    });
    const store = new SqliteStore(newStorePath());
    const second = compose(configuration, {
      clock: new TestClock(),
      log: new RecordingLog(),
      store,
      receivers: [],
      tokens: [],
      journalDirectory: undefined,
      processMetrics: () => Promise.resolve(''),
      random: () => 0,
    });
    await assert.rejects(second.start(), /OTLP\/HTTP listener: 127\.0\.0\.1:\d+ is taken/);
    await assert.rejects(store.calls.countIssues(), { name: 'StoreFailed' });
    await second.stop();
    await first.tocsin.stop();
  });

  test('tells of changes as they are committed, and ends the stream when it stops', async (t) => {
    const { tocsin, send, admin, issues, resolve } = await start();
    t.after(() => tocsin.stop());
    const response = await fetch(`${admin}/api/stream`, { headers: { authorization: 'Bearer token' } });
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body!) text += Buffer.from(chunk).toString();
    })();
    await send(failing);
    await eventually('the incident', () => text.includes('"state":"firing"'));
    const [issue] = await issues();
    assert.ok(
      text.includes(
        `event: issue\ndata: {"id":"${issue!.id}","short_id":"${issue!.short_id}","kind":"created"}`,
      ),
    );
    await resolve(issue!.id);
    await eventually('the end of the incident', () => text.includes('"state":"ended"'));
    assert.ok(text.includes('"kind":"resolved"'));
    const from = performance.now();
    await tocsin.stop();
    await reading;
    assert.ok(performance.now() - from < 900, 'it was not waited for the stream');
  });

  test('says in the ledger, the events and the alerts what it took in', async (t) => {
    const { tocsin, send, api, issues, open } = await start();
    t.after(() => tocsin.stop());
    await send(failing, { id: 2, parent: 1, name: 'step', kind: 1 });
    await eventually(
      'the alert',
      async () => ((await api('/api/alerts')) as PageAnswer<unknown>).items.length > 0,
    );
    const { signals } = (await api('/api/ledger')) as LedgerAnswer;
    const { received, pending, ...fates } = signals.spans;
    assert.equal(received, 2);
    assert.equal(
      Object.values(fates).reduce((sum, count) => sum + count, pending),
      2,
    );
    const [issue] = await issues();
    const events = (await api(`/api/issues/${issue!.id}/events`)) as PageAnswer<EventAnswer>;
    assert.deepEqual(
      events.items.map(({ type, message, operation }) => [type, message, operation]),
      [['CardError', 'refused', 'POST /order']],
    );
    await eventually('the requests to be counted', async () =>
      /tocsin_admin_requests_total\{code="200"} [4-9]/.test(await (await open('/metrics')).text()),
    );
    await tocsin.stop();
  });

  test('is unhealthy while error events cannot be stored, says so, and is well again after', async (t) => {
    const store = new SqliteStore(newStorePath());
    const calls = { ...store.calls };
    store.calls.record = () => Promise.reject(new Error('database or disk is full'));
    const { tocsin, clock, send, health, open } = await start({ store });
    t.after(() => tocsin.stop());
    assert.equal(await send(failing), 503);
    const ill = await health();
    assert.partialDeepStrictEqual(ill, {
      status: 'unhealthy',
      components: { store: { status: 'unhealthy' }, intake: { status: 'degraded' } },
    });
    assert.equal((await open('/health')).status, 503);
    assert.equal((await open('/readyz')).status, 200, 'who sends is to send again, to here');
    Object.assign(store.calls, calls);
    assert.equal(await send(failing), 200);
    clock.advance(5_000);
    await eventually('the failure of the store itself to be stored', async () => {
      return (await health()).components.error_tracking.total_errors === 2;
    });
    clock.advance(60_000);
    assert.partialDeepStrictEqual(await health(), {
      status: 'healthy',
      components: { error_tracking: { unresolved_errors: 2, recent_24h: 2, critical_errors: 0 } },
    });
    await tocsin.stop();
  });

  test('is unhealthy while alerts cannot be evaluated', async (t) => {
    const store = new SqliteStore(newStorePath());
    const calls = { ...store.calls };
    store.calls.pendingChanges = () => Promise.reject(new Error('broken'));
    const { tocsin, clock, health } = await start({ store });
    t.after(() => tocsin.stop());
    await eventually('the trouble', async () => (await health()).components.alerting.status === 'unhealthy');
    store.calls.pendingChanges = (limit) => calls.pendingChanges(limit);
    await eventually('its end', async () => {
      clock.advance(1_000);
      return (await health()).components.alerting.status === 'healthy';
    });
    await tocsin.stop();
  });
});
