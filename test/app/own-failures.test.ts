import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { OwnFailures } from '../../src/app/composition/own-failures.ts';
import { ownEnvironment } from '../../src/app/start/own-environment.ts';
import type { Issue } from '../../src/issues/issue.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { EventRecorder } from '../../src/pipeline/failures/event-recorder.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { nextTurn } from '../../src/runtime/next-turn.ts';
import { Events } from '../../src/telemetry/events.ts';
import type { OwnFailure } from '../../src/telemetry/own-failure.ts';
import { eventually } from '../support/eventually.ts';
import { errorPolicy } from '../support/policy.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

/** The recorder on a real store, and what tells of its failures, as they are joined in the program. */
async function setUp(t: TestContext, policy: Parameters<typeof errorPolicy>[0] = {}) {
  const clock = new TestClock();
  const store = new InlineStore();
  await store.start();
  t.after(() => store.stop());
  const own = new OwnFailures({ clock, resource: { version: '1.2.3', environment: 'production' } });
  const events = new Events(new MetricRegistry(), new RecordingLog(), new SeriesBudget(1000), own.tell);
  const trouble: { error?: Error; hangs?: boolean } = {};
  let tries = 0;
  const recorder = new EventRecorder({
    clock,
    policy: errorPolicy(policy),
    issues: {
      record: (...given) => {
        tries++;
        if (trouble.hangs === true) return new Promise(() => undefined);
        if (trouble.error !== undefined) return Promise.reject(trouble.error);
        return store.calls.record(...given);
      },
    },
    events,
    onStored: () => undefined,
  });
  own.recordWith(recorder);
  const issues = async (): Promise<readonly Issue[]> => (await store.calls.listIssues({ limit: 100 })).items;
  return {
    clock,
    own,
    events,
    trouble,
    tries: () => tries,
    issues,
    store: store.calls,
    /** Tells of each once what came before is stored; a second passes in between. */
    tell: async (...failures: OwnFailure[]) => {
      for (const failure of failures) {
        const before = await count(issues);
        clock.advance(1_100);
        own.tell(failure);
        await eventually('it to be stored', async () => (await count(issues)) > before);
      }
    },
    count: () => count(issues),
  };
}

async function count(issues: () => Promise<readonly Issue[]>): Promise<number> {
  return (await issues()).reduce((sum, issue) => sum + issue.count, 0);
}

/** By steps: what the store answers comes in between. */
async function pass(clock: TestClock, millis: number): Promise<void> {
  for (let passed = 0; passed < millis; passed += 100) {
    await nextTurn();
    clock.advance(100);
  }
  await nextTurn();
}

const dead = (reason: string, subject = 'slack'): OwnFailure => ({
  kind: 'ReceiverRefused',
  subject,
  message: `slack #alerts refuses to be notified: ${reason}`,
});

suite('failures of Tocsin itself', () => {
  test('are issues of the service tocsin, with what it is', async (t) => {
    const { own, tell, issues, store } = await setUp(t);
    await own.start();
    await tell({ ...dead('channel_not_found'), details: { tries: 3 } });
    const [issue] = await issues();
    assert.partialDeepStrictEqual(issue, {
      service: 'tocsin',
      environment: 'production',
      firstVersion: '1.2.3',
      severity: 'high',
      type: 'ReceiverRefused',
      message: 'slack #alerts refuses to be notified: channel_not_found',
      component: 'notify',
      operation: 'notify slack',
    });
    const { items } = await store.listEvents({ limit: 1 });
    assert.deepEqual(items[0]!.attributes, {
      'failure.kind': 'ReceiverRefused',
      'failure.subject': 'slack',
      tries: 3,
    });
    await own.stop();
  });

  test('are one issue for one thing that fails, whatever is said of it, and another for another', async (t) => {
    const { own, tell, issues } = await setUp(t);
    await own.start();
    await tell(dead('channel_not_found'), dead('is_archived'), dead('is_archived', 'slack-2'), {
      ...dead('timed out'),
      kind: 'ReceiverDead',
    });
    assert.deepEqual(
      (await issues()).map(({ operation, type, count }) => `${type} ${operation} ${count}`).sort(),
      ['ReceiverDead notify slack 1', 'ReceiverRefused notify slack 2', 'ReceiverRefused notify slack-2 1'],
    );
    await own.stop();
  });

  test('that were thrown are known by where, and have their stack', async (t) => {
    const { own, tell, issues } = await setUp(t);
    await own.start();
    const broken = (id: number): OwnFailure => {
      return { kind: 'RequestFailed', message: 'a request failed', error: new TypeError(`no span ${id}`) };
    };
    await tell(broken(1), broken(2), { ...broken(3), error: 'a text that was thrown' });
    const [text, thrown] = await issues();
    assert.deepEqual([thrown!.type, thrown!.message, thrown!.count], ['TypeError', 'no span 2', 2]);
    assert.equal(thrown!.frames[0]?.function, 'broken');
    assert.deepEqual([text!.type, text!.message], ['RequestFailed', 'a text that was thrown']);
    await own.stop();
  });

  test('are without secrets, and subject to the rules of the user', async (t) => {
    const { own, tell, issues } = await setUp(t, {
      expected: [{ name: 'mine', where: ['service="tocsin"', 'failure.subject="slack"'] }],
    });
    await own.start();
    await tell(dead('token xoxb-123456789012-abcdefghijkl is revoked'));
    const [issue] = await issues();
    assert.doesNotMatch(issue!.message, /xoxb-1/);
    assert.equal(issue!.expected, true);
    await own.stop();
  });

  test('that are told of before there is a store are recorded once there is', async (t) => {
    const { own, tries, count } = await setUp(t);
    own.tell(dead('channel_not_found'));
    await Promise.resolve();
    assert.equal(tries(), 0);
    await own.start();
    await eventually('it to be stored', async () => (await count()) === 1);
    await own.stop();
  });

  test('of the store are recorded once it works again, each once, and do not record themselves', async (t) => {
    const { own, events, clock, trouble, tries, issues, count } = await setUp(t);
    await own.start();
    trouble.error = new Error('database or disk is full');
    for (let second = 0; second < 3600; second++) {
      events.storeFailed(trouble.error);
      events.alertingFailed(trouble.error);
      await pass(clock, 1_000);
    }
    assert.ok(tries() > 10 && tries() <= 2 + 3600 / 5, String(tries()));
    assert.equal(await count(), 0);
    delete trouble.error;
    await pass(clock, 60_000);
    assert.deepEqual((await issues()).map(({ type, severity }) => `${type} ${severity}`).sort(), [
      'AlertingFailed medium',
      'StoreFailed high',
    ]);
    await own.stop();
    assert.equal(await count(), 2);
  });

  test('are bounded, however many are told of while nothing can be stored', async (t) => {
    const { own, clock, trouble, count } = await setUp(t);
    await own.start();
    trouble.error = new Error('database or disk is full');
    for (let i = 0; i < 1000; i++) own.tell(dead('x', `receiver ${i}`));
    await nextTurn();
    delete trouble.error;
    await pass(clock, 10_000);
    assert.equal(await count(), 100);
    await own.stop();
  });

  test('within one second are one, however often they are told of', async (t) => {
    const { own, events, count } = await setUp(t);
    await own.start();
    const error = new Error('broken');
    for (let i = 0; i < 100; i++) {
      events.adminFailed(error);
      await nextTurn();
    }
    assert.equal(await count(), 1);
    await own.stop();
  });

  test('that end the process are recorded before it ends, as CRITICAL', async (t) => {
    const { own, issues } = await setUp(t);
    await own.start();
    await own.crashed({ kind: 'Crash', message: 'Tocsin crashed', error: new RangeError('a bug') });
    const [issue] = await issues();
    assert.deepEqual([issue?.severity, issue?.type, issue?.component], ['critical', 'RangeError', 'process']);
  });

  test('that end the process do not hold it up when the store does not answer', async (t) => {
    const { own, trouble, clock } = await setUp(t);
    await own.start();
    trouble.hangs = true;
    let isSettled = false;
    const crashed = own.crashed({ kind: 'Crash', message: 'Tocsin crashed' }).then(() => (isSettled = true));
    clock.advance(200);
    await nextTurn();
    assert.equal(isSettled, false);
    clock.advance(1_000);
    await crashed;
  });
});

suite('the environment of Tocsin itself', () => {
  const cases: [given: string | undefined, expected: string][] = [
    [undefined, ''],
    ['service.name=x,deployment.environment.name=production', 'production'],
    ['deployment.environment=old,deployment.environment.name=new%20one', 'new one'],
    ['deployment.environment=staging', 'staging'],
    ['nonsense,=,deployment.environment.name=%', ''],
  ];
  for (const [given, expected] of cases) {
    test(`is ${JSON.stringify(expected)} by ${given}`, () => {
      assert.equal(ownEnvironment({ OTEL_RESOURCE_ATTRIBUTES: given }), expected);
    });
  }
});
