import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noCallMetrics } from '../../../src/derive/calls.ts';
import { Tasks } from '../../../src/derive/tasks/tasks.ts';
import type { ErrorEvent } from '../../../src/errors/error-event.ts';
import { issueOf } from '../../../src/issues/identity.ts';
import { parseMatcher } from '../../../src/match/parse.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { NoiseAudit } from '../../../src/noise/audit.ts';
import { Noise } from '../../../src/noise/noise.ts';
import { EventRecorder } from '../../../src/pipeline/failures/event-recorder.ts';
import { LogPipeline } from '../../../src/pipeline/log-pipeline.ts';
import { RecentLogs } from '../../../src/pipeline/failures/recent-logs.ts';
import { ResourceReader } from '../../../src/pipeline/resource-facts.ts';
import { Symptoms } from '../../../src/pipeline/failures/symptoms.ts';
import { TracePipeline } from '../../../src/pipeline/trace-pipeline.ts';
import { Events } from '../../../src/telemetry/events.ts';
import { cpuMillis } from '../../support/cpu-time.ts';
import { logsRequestBytes } from '../../support/log-builders.ts';
import { kind, type SpanSpec, traceRequestBytes } from '../../support/otlp-builders.ts';
import { errorPolicy } from '../../support/policy.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { TestClock } from '../../support/test-clock.ts';

function setUp(drop: string[] = []) {
  const clock = new TestClock();
  clock.advance(60_000);
  const registry = new MetricRegistry(clock);
  const budget = new SeriesBudget(3000);
  const events = new Events(registry, new RecordingLog(), budget);
  const noise = new Noise({
    builtIn: new Set(),
    drop: drop.length === 0 ? [] : [{ name: 'mine', where: drop.map(parseMatcher) }],
  });
  const stored: ErrorEvent[] = [];
  let isBroken = false;
  const issues = {
    record: async (batch: readonly ErrorEvent[]) => {
      await Promise.resolve();
      if (isBroken) throw new Error('disk full');
      const fresh = batch.filter((event) => !stored.some(({ id }) => id === event.id));
      stored.push(...fresh);
      return fresh.map(({ id }) => id);
    },
  };
  const recorder = new EventRecorder({
    clock,
    policy: errorPolicy({ environments_ignored: ['test'] }),
    issues,
    events,
    onStored: () => undefined,
  });
  const tasks = new Tasks(registry, budget);
  const shared = {
    clock,
    recorder,
    events,
    symptoms: new Symptoms(),
    resources: new ResourceReader(),
    recent: new RecentLogs(),
  };
  const audit = new NoiseAudit(clock);
  const traces = new TracePipeline({ ...shared, noise, audit, calls: noCallMetrics(registry), tasks });
  const logs = new LogPipeline(shared);
  return {
    stored,
    clock,
    sendFrom: (environment: string, ...spans: SpanSpec[]) =>
      traces.accept(
        traceRequestBytes(spans, { 'service.name': 'shop', 'deployment.environment.name': environment }),
      ),
    send: (...spans: SpanSpec[]) => traces.accept(traceRequestBytes(spans)),
    log: (...records: Parameters<typeof logsRequestBytes>[0]) => logs.accept(logsRequestBytes(records)),
    breakStore: (broken: boolean) => void (isBroken = broken),
    task: (name: string) => tasks.book.all.find((record) => record.name === name),
    /** Each event by the severity that it has or comes to have, job, task and message. */
    told: () =>
      stored.map(
        ({ severity, held = severity, attributes, message }) =>
          `${held} ${attributes['job.name'] ?? '-'} ${attributes['task.name'] ?? '-'} ${message}`,
      ),
  };
}

const job = (id: number, more: Partial<SpanSpec> = {}): SpanSpec => ({
  id,
  name: 'run',
  attributes: { 'job.name': 'nightly', 'job.id': 'run-7' },
  failed: true,
  ...more,
});

const attempt = (id: number, number: number, more: Partial<SpanSpec> = {}): SpanSpec => ({
  id,
  name: 'send',
  attributes: { 'task.name': 'mail', 'task.attempt': number, 'task.max_attempts': 3 },
  failed: true,
  ...more,
});

suite('a failed job', () => {
  test('is a failure even if only its status says so, with its name and id', async () => {
    const { send, stored, told } = setUp();
    await send(job(1));
    assert.deepEqual(told(), ['high nightly - nightly failed']);
    assert.equal(stored[0]!.attributes['job.id'], 'run-7');
  });

  test('is told by its name, as others may have spans of the same name', async () => {
    const { send, stored } = setUp();
    await send(job(1), job(2, { trace: 2, attributes: { 'job.name': 'hourly' } }));
    assert.deepEqual(
      stored.map(({ operation, message }) => `${operation}: ${message}`),
      ['nightly: nightly failed', 'hourly: hourly failed'],
    );
    assert.notEqual(issueOf(stored[0]!), issueOf(stored[1]!));
  });

  test('is one failure with the exception below it, which has the name and id of the job', async () => {
    const { send, told, stored } = setUp();
    await send(job(1), { id: 2, parent: 1 }, { id: 3, parent: 2, exceptions: [{ message: 'no disk' }] });
    assert.deepEqual(told(), ['high nightly - no disk']);
    assert.equal(stored[0]!.attributes['job.id'], 'run-7');
  });

  test('is one failure with an exception that was recorded above it', async () => {
    const { send, told } = setUp();
    await send({ id: 1, failed: true, exceptions: [{ message: 'no disk' }] }, job(2, { parent: 1 }));
    assert.deepEqual(told(), ['high nightly - no disk']);
  });

  test('is HIGH, though what failed in it would be LOW elsewhere', async () => {
    const refused = { kind: kind.client, attributes: { 'http.response.status_code': 404 }, failed: true };
    const { send, told } = setUp();
    await send(job(1), { id: 2, parent: 1, name: 'GET', ...refused });
    await send({ trace: 2, id: 3, name: 'GET', ...refused });
    assert.deepEqual(told(), ['high nightly - GET answered 404', 'low - - GET answered 404']);
  });

  test('is told when it ends, though what failed in it came earlier and was LOW', async () => {
    const { send, told, task, stored } = setUp();
    const attributes = { 'http.response.status_code': 404 };
    await send({ id: 3, parent: 2, name: 'GET', kind: kind.client, attributes, failed: true });
    await send(job(1), { id: 2, parent: 1, failed: true });
    assert.deepEqual(told(), ['low - - GET answered 404', 'high nightly - span 2 failed']);
    assert.equal(task('nightly')!.lastFailure!.issueId, issueOf(stored[1]!));
  });

  test('is not told again when it ends, if what failed in it was', async () => {
    const { send, told, task, stored } = setUp();
    await send({ id: 3, parent: 2, exceptions: [{ message: 'no disk' }] });
    await send({ id: 2, parent: 1, failed: true });
    await send(job(1));
    assert.deepEqual(told(), ['high - - no disk']);
    assert.equal(
      task('nightly')!.lastFailure!.issueId,
      issueOf(stored[0]!),
      'its issue is known all the same',
    );
  });

  test('is not told again after an exception that was logged in it, but after a warning', async () => {
    for (const [severity, expected] of [
      [17, ['high - - no disk']],
      [13, ['medium - - no disk', 'high nightly - nightly failed']],
    ] as const) {
      const { send, log, told } = setUp();
      await log({ trace: 1, span: 1, severity, exception: { type: 'Error', message: 'no disk' } });
      await send(job(1));
      assert.deepEqual(told(), expected);
    }
  });

  test('is told once of a job with a failed task in it, as both', async () => {
    const { send, told, task, stored } = setUp();
    await send(job(1), attempt(2, 3, { parent: 1 }));
    assert.deepEqual(told(), ['high nightly mail mail failed']);
    for (const name of ['nightly', 'mail'])
      assert.equal(task(name)!.lastFailure!.issueId, issueOf(stored[0]!));
  });

  test('is told as the task in it, when what failed in that came earlier and was LOW', async () => {
    const { send, told } = setUp();
    const attributes = { 'http.response.status_code': 404 };
    await send({ id: 3, parent: 2, name: 'GET', kind: kind.client, attributes, failed: true });
    await send(job(1), attempt(2, 3, { parent: 1 }));
    assert.deepEqual(told(), ['low - - GET answered 404', 'high nightly mail mail failed']);
  });

  test('has its own attributes first where those of the span that failed are others', async () => {
    const { send, stored } = setUp();
    const attributes = { 'job.id': 'part-1' };
    await send(job(1), { id: 2, parent: 1, attributes, exceptions: [{}] });
    assert.equal(stored[0]!.attributes['job.id'], 'part-1');
    assert.equal(stored[0]!.attributes['job.name'], 'nightly');
  });

  test('is none of a job beside it, or of one in another trace', async () => {
    const { send, told } = setUp();
    await send(
      { id: 1 },
      job(2, { parent: 1, failed: false }),
      { id: 3, parent: 1, exceptions: [{ message: 'no disk' }] },
      { trace: 2, id: 4, parent: 2, exceptions: [{ message: 'no net' }] },
    );
    assert.deepEqual(told(), ['medium - - no disk', 'high - - no net']);
  });

  test('is named in the failure that it handled', async () => {
    const { send, told, task } = setUp();
    await send(job(1, { failed: false }), { id: 2, parent: 1, exceptions: [{ message: 'no disk' }] });
    assert.deepEqual(told(), ['medium nightly - no disk']);
    assert.deepEqual(task('nightly')!.runs, { success: 1, failure: 0, retried: 0 });
  });
});

suite('an attempt', () => {
  test('that will be tried again is MEDIUM, and the last one HIGH', async () => {
    const { send, told, task } = setUp();
    for (const number of [1, 2, 3]) await send(attempt(number, number, { trace: number }));
    assert.deepEqual(told(), [
      'medium - mail mail failed',
      'medium - mail mail failed',
      'high - mail mail failed',
    ]);
    assert.deepEqual(task('mail')!.runs, { success: 0, failure: 1, retried: 2 });
  });

  test('that will be tried again is told after what was answered no, which is no reason to fail', async () => {
    const { send, told } = setUp();
    const attributes = { 'http.response.status_code': 404 };
    await send({ id: 2, parent: 1, name: 'GET', kind: kind.client, attributes, failed: true });
    await send(attempt(1, 1));
    assert.deepEqual(told(), ['low - - GET answered 404', 'medium - mail mail failed']);
  });
});

suite('runs', () => {
  test('are counted also where their spans are dropped as noise', async () => {
    const { send, task } = setUp(['job.name="nightly"']);
    await send(job(1, { failed: false }));
    await send(job(2));
    assert.deepEqual(task('nightly')!.runs, { success: 1, failure: 1, retried: 0 });
  });

  test('are counted once their failures are stored, and once', async () => {
    const { send, task, breakStore, stored } = setUp();
    breakStore(true);
    await assert.rejects(send(job(1)));
    assert.equal(task('nightly'), undefined);
    breakStore(false);
    await send(job(1));
    assert.equal(task('nightly')!.runs.failure, 1);
    assert.equal(task('nightly')!.lastFailure!.issueId, issueOf(stored[0]!));
  });

  test('that failed where nobody is told of failures are counted, and have no issue', async () => {
    const { sendFrom, task, stored } = setUp();
    await sendFrom('test', job(1));
    assert.deepEqual(stored, []);
    assert.deepEqual(task('nightly')!.runs, { success: 0, failure: 1, retried: 0 });
    assert.equal(task('nightly')!.lastFailure!.issueId, undefined);
  });

  test('let others have their turn, however many there are in a request', async () => {
    const { send, task } = setUp();
    const spans = Array.from({ length: 10_000 }, (_, i) => job(i + 1, { trace: i + 1, failed: false }));
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    await send(...spans);
    clearInterval(counting);
    assert.ok(turns > 1, String(turns));
    assert.equal(task('nightly')!.runs.success, 10_000);
  });

  test('of a request of nothing but nested tasks that fail cost no more than others', async () => {
    const { send, stored } = setUp();
    const spans = Array.from({ length: 20_000 }, (_, i) => attempt(i + 1, 3, i === 0 ? {} : { parent: i }));
    const before = cpuMillis();
    await send(...spans);
    assert.ok(cpuMillis() - before < 5_000);
    assert.equal(stored.length, 1);
  });
});
