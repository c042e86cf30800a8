import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noCallMetrics } from '../../src/derive/calls.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { NoiseAudit } from '../../src/noise/audit.ts';
import { Noise } from '../../src/noise/noise.ts';
import { EventRecorder } from '../../src/pipeline/failures/event-recorder.ts';
import { LogPipeline } from '../../src/pipeline/log-pipeline.ts';
import { RecentLogs } from '../../src/pipeline/failures/recent-logs.ts';
import { ResourceReader } from '../../src/pipeline/resource-facts.ts';
import { Symptoms } from '../../src/pipeline/failures/symptoms.ts';
import { TracePipeline } from '../../src/pipeline/trace-pipeline.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { Events } from '../../src/telemetry/events.ts';
import { type LogSpec, logsRequestBytes } from '../support/log-builders.ts';
import { kind, type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';
import { errorPolicy } from '../support/policy.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

function setUp(perMinute = 1000) {
  const clock = new TestClock();
  const registry = new MetricRegistry();
  const events = new Events(registry, new RecordingLog(), new SeriesBudget(1000));
  const store = new InlineStore();
  void store.start();
  let isBroken = false;
  const recorder = new EventRecorder({
    clock,
    policy: errorPolicy({ kept_per_minute: perMinute }),
    events,
    issues: {
      record: (...given) =>
        isBroken ? Promise.reject(new Error('disk full')) : store.calls.record(...given),
    },
    onStored: () => undefined,
  });
  const shared = {
    clock,
    recorder,
    events,
    resources: new ResourceReader(),
    symptoms: new Symptoms(),
    recent: new RecentLogs(),
  };
  const passed: number[] = [];
  const logs = new LogPipeline({
    ...shared,
    sink: {
      offer: ({ items, settled }) => {
        passed.push(items);
        settled('forwarded', 0);
      },
    },
  });
  const noise = new Noise({ builtIn: new Set(), drop: [] });
  const traces = new TracePipeline({
    ...shared,
    noise,
    audit: new NoiseAudit(clock),
    calls: noCallMetrics(registry),
  });
  return {
    passed,
    breakStore: (broken: boolean) => (isBroken = broken),
    sendLogs: (records: readonly LogSpec[]) => logs.accept(logsRequestBytes(records)),
    sendSpans: (spans: readonly SpanSpec[]) => traces.accept(traceRequestBytes(spans)),
    /** Of the latest event, as `level message`. */
    breadcrumbs: async () => {
      const [event] = (await store.calls.listEvents({ limit: 1 })).items;
      return event?.breadcrumbs?.map(({ level, message }) => `${level} ${message}`);
    },
    /** `type: message × count`, in the order of the alphabet. */
    issues: async () =>
      (await store.calls.listIssues({ limit: 1000 })).items
        .map(({ type, message, count }) => `${type}: ${message} × ${count}`)
        .toSorted(),
  };
}

const exception = { type: 'CardError', message: 'refused' };

suite('log records that tell of failures', () => {
  test('become error events, and all are passed on', async () => {
    const { sendLogs, issues, passed } = setUp();
    const { items } = await sendLogs([
      { severity: 17, body: 'order 17 could not be saved' },
      { severity: 9, body: 'all is well' },
      { severity: 13, exception },
      { severity: 21, severityText: 'FATAL', body: 'out of memory' },
    ]);
    assert.deepEqual([items, passed], [4, [4]]);
    assert.deepEqual(await issues(), [
      'CardError: refused × 1',
      'ERROR: order 17 could not be saved × 1',
      'FATAL: out of memory × 1',
    ]);
  });

  test('are known by a stack in the message', async () => {
    const { sendLogs, issues } = setUp();
    await sendLogs([{ severity: 17, body: 'TypeError: x is not a function\n    at pay (/app/pay.js:1:2)' }]);
    assert.deepEqual(await issues(), ['ERROR: TypeError: x is not a function × 1']);
  });

  test('are known by a traceback below the message, as Python logs it', async () => {
    const { sendLogs, issues } = setUp();
    const logged = (call: string) => ({
      severity: 17,
      body: `payment failed\nTraceback (most recent call last):\n  File "/app/pay.py", line 3, in ${call}\n    x()\nKeyError: 'a'`,
    });
    await sendLogs([logged('pay'), logged('refund'), logged('pay')]);
    assert.deepEqual(await issues(), ['ERROR: payment failed × 1', 'ERROR: payment failed × 2']);
  });

  test('count as often as they were logged, and once when they are sent again', async () => {
    const { sendLogs, issues } = setUp();
    const records = [1, 2, 3].map((order) => ({
      severity: 17,
      trace: 1,
      span: 2,
      body: `order ${order} failed`,
    }));
    await sendLogs([...records, records[0]!]);
    await sendLogs([...records, records[0]!]);
    assert.deepEqual(await issues(), ['ERROR: order 1 failed × 4']);
  });

  test('of one span in several requests all count', async () => {
    const { sendLogs, issues } = setUp();
    await sendLogs([{ severity: 17, trace: 1, span: 2, body: 'reading failed' }]);
    await sendLogs([{ severity: 17, trace: 1, span: 2, body: 'writing failed' }]);
    assert.deepEqual(await issues(), ['ERROR: reading failed × 1', 'ERROR: writing failed × 1']);
  });

  test('are asked for again while they cannot be stored, and then count once', async () => {
    const { sendLogs, issues, passed, breakStore } = setUp();
    breakStore(true);
    await assert.rejects(sendLogs([{ severity: 17, trace: 1, span: 2, exception }]), {
      name: 'StoreUnavailable',
    });
    assert.deepEqual(passed, []);
    breakStore(false);
    await sendLogs([{ severity: 17, trace: 1, span: 2, exception }]);
    assert.deepEqual(await issues(), ['CardError: refused × 1']);
  });

  test('can be thousands in one request', async () => {
    const { sendLogs, issues } = setUp();
    await sendLogs(Array.from({ length: 2500 }, () => ({ severity: 17, body: 'again' })));
    assert.deepEqual(await issues(), ['ERROR: again × 2500']);
  });
});

suite('one failure is one event', () => {
  const span = { trace: 1, id: 2, failed: true };
  const logged = { severity: 17, trace: 1, span: 2, timeMillis: 1_767_323_045_010, exception };

  test('whether a span and a log record tell of its exception, in whatever order they come', async () => {
    for (const isLogFirst of [true, false]) {
      const { sendLogs, sendSpans, issues } = setUp();
      const steps = [() => sendLogs([logged]), () => sendSpans([{ ...span, exceptions: [exception] }])];
      for (const step of isLogFirst ? steps : steps.toReversed()) await step();
      assert.deepEqual(await issues(), ['CardError: refused × 1']);
    }
  });

  test('of a span that only has the status ERROR what was logged in it tells', async () => {
    for (const record of [logged, { severity: 17, trace: 1, span: 2, body: 'refused' }]) {
      const { sendLogs, sendSpans, issues } = setUp();
      await sendLogs([record]);
      await sendSpans([span, { trace: 1, id: 1, failed: true }]);
      assert.equal((await issues()).length, 2, 'one for the span, and one for the span beside it');
    }
  });

  test('an exception has more to say than a message that was logged before', async () => {
    const { sendLogs, sendSpans, issues } = setUp();
    await sendLogs([{ severity: 17, trace: 1, span: 2, body: 'payment failed' }]);
    await sendSpans([{ ...span, exceptions: [exception] }]);
    assert.deepEqual(await issues(), ['CardError: refused × 1', 'ERROR: payment failed × 1']);
  });

  test('what is logged in the spans above one that failed is a symptom', async () => {
    const { sendLogs, sendSpans, issues } = setUp();
    await sendSpans([{ trace: 1, id: 3, parent: 2, exceptions: [exception], failed: true }]);
    await sendLogs([{ ...logged, exception: { type: 'OrderError', message: 'checkout failed' } }]);
    assert.deepEqual(await issues(), ['CardError: refused × 1']);
    await sendLogs([{ severity: 21, trace: 1, span: 2, body: 'order lost' }]);
    assert.equal((await issues()).length, 2, 'a message is never one');
  });

  test('what a healthy span logged hides nothing of what failed above it', async () => {
    const { sendLogs, sendSpans, issues } = setUp();
    await sendLogs([{ severity: 17, trace: 1, span: 3, body: 'cache miss' }]);
    await sendSpans([
      { trace: 1, id: 1, failed: true, exceptions: [exception] },
      { trace: 1, id: 3, parent: 1 },
    ]);
    assert.deepEqual(await issues(), ['CardError: refused × 1', 'ERROR: cache miss × 1']);
  });

  test('an exception that comes back every few seconds in one span counts each time, also in a storm', async () => {
    for (const perMinute of [1000, 1]) {
      const { sendLogs, issues } = setUp(perMinute);
      for (let i = 0; i < 10; i++) await sendLogs([{ ...logged, timeMillis: logged.timeMillis + i * 5000 }]);
      assert.deepEqual(await issues(), ['CardError: refused × 10']);
    }
  });

  test('an issue whose first event was told before is made by the next one, also in a storm', async () => {
    const { sendLogs, sendSpans, issues } = setUp(1);
    const stack = 'CardError: refused\n    at pay (/app/pay.js:1:2)';
    await sendSpans([{ ...span, exceptions: [{ ...exception, stack }] }]);
    await sendLogs([{ ...logged, timeMillis: 1_767_323_045_000 }]);
    await sendLogs([{ ...logged, span: 9 }]);
    assert.equal((await issues()).length, 2);
  });

  test('a failure in another span, trace or service is another one', async () => {
    const { sendLogs, sendSpans, issues } = setUp();
    await sendLogs([logged, { ...logged, span: 5 }, { ...logged, trace: 4 }]);
    await sendSpans([{ trace: 9, id: 2, failed: true, exceptions: [exception] }]);
    assert.deepEqual(await issues(), ['CardError: refused × 4']);
  });
});

suite('what happened in a trace before it failed', () => {
  const at = (seconds: number) => ({ timeMillis: 1_767_323_045_000 + seconds * 1000 });

  test('is told with it: spans of the same request and log records of any, in their order', async () => {
    const { sendLogs, sendSpans, breadcrumbs } = setUp();
    await sendLogs([
      { trace: 1, severity: 9, body: 'order 17 received', ...at(-3) },
      { trace: 2, severity: 9, body: 'of another trace', ...at(-3) },
      { trace: 1, severity: 13, body: 'stock is low, password=hunter2secret', ...at(-1) },
      { trace: 1, severity: 5, body: 'later', ...at(60) },
    ]);
    await sendSpans([
      { id: 1, name: 'POST /order', kind: kind.server, failed: true, exceptions: [{ type: 'CardError' }] },
      {
        id: 2,
        parent: 1,
        name: 'SELECT',
        kind: kind.client,
        attributes: { 'peer.service': 'db' },
        durationMillis: 0,
      },
    ]);
    assert.deepEqual(await breadcrumbs(), [
      'info order 17 received',
      'warning stock is low, password=<redacted>',
      'info SELECT db',
    ]);
  });

  test('is told in the order in which it came where times are the same', async () => {
    const { sendLogs, breadcrumbs } = setUp();
    const bodies = ['one', 'two', 'three'];
    await sendLogs(bodies.map((body) => ({ trace: 1, severity: 9, body, ...at(0) })));
    await sendLogs([{ trace: 1, severity: 17, body: 'it broke', ...at(1) }]);
    assert.deepEqual(await breadcrumbs(), ['info one', 'info two', 'info three']);
  });

  test('is told with an error that is logged, without itself', async () => {
    const { sendLogs, breadcrumbs } = setUp();
    await sendLogs([
      { trace: 1, severity: 9, body: 'order 17 received', ...at(0) },
      { trace: 1, severity: 17, body: 'order 17 could not be saved', ...at(1) },
    ]);
    assert.deepEqual(await breadcrumbs(), ['info order 17 received']);
  });

  test('is nothing where nothing is known', async () => {
    const { sendLogs, breadcrumbs } = setUp();
    await sendLogs([{ severity: 17, body: 'it broke' }]);
    assert.equal(await breadcrumbs(), undefined);
  });
});
