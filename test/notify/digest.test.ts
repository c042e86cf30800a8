import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { evaluateChanges, evaluateQuiet } from '../../src/alerting/evaluate.ts';
import { issueRuleDefaults as rules } from '../../src/alerting/issue-rules.ts';
import type { Severity } from '../../src/errors/error-event.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import type { Budget } from '../../src/notify/budget.ts';
import { Dispatcher } from '../../src/notify/dispatcher.ts';
import { Links } from '../../src/notify/links.ts';
import type { Store } from '../../src/store/store.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { Events } from '../../src/telemetry/events.ts';
import { errorEvent } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RecordingReceiver, type Shown } from '../support/recording-receiver.ts';
import { TestClock } from '../support/test-clock.ts';

const minute = 60_000;

/** A store, alerting and one receiver, of which the budget is `burst` at once and one a minute. */
async function setUp(
  t: TestContext,
  budget: Budget | 'none' = { perHour: 60, burst: 10 },
  given: { failedReads?: number } = {},
) {
  const clock = new TestClock();
  const store = new InlineStore();
  await store.start();
  let { failedReads = 0 } = given;
  const calls: Store = Object.assign(Object.create(store.calls) as Store, {
    readChannel: (receiver: string) =>
      failedReads-- > 0 ? Promise.reject(new Error('locked')) : store.calls.readChannel(receiver),
  });
  const receiver = new RecordingReceiver();
  const start = (): Dispatcher =>
    new Dispatcher(receiver, {
      clock,
      store: calls,
      events: new Events(new MetricRegistry(), new RecordingLog(), new SeriesBudget(1000)),
      random: () => 0,
      links: new Links(),
      ...(budget === 'none' ? {} : { budget }),
    });
  let dispatcher = start();
  t.after(async () => {
    await dispatcher.stop();
    await store.stop();
  });
  const settled = (): Promise<unknown> =>
    eventually('the dispatcher to be at rest', () => clock.pendingTimers > 0);
  const advance = async (millis: number): Promise<void> => {
    clock.advance(millis);
    await settled();
  };
  const alert = async (): Promise<void> => {
    const pending = await store.calls.pendingChanges(10_000);
    const incidents = evaluateChanges(pending, clock.now(), rules);
    const cursor = pending.at(-1)?.change.seq ?? 0;
    await store.calls.commitStep({ cursor, at: clock.now(), incidents, receivers: [receiver.name] });
    dispatcher.wake();
    await settled();
  };
  /** So many different failures. */
  const fail = async (from: number, to: number, severity: Severity = 'high'): Promise<void> => {
    const events = Array.from({ length: to - from }, (_, i) => {
      const type = `Error${from + i}`;
      return errorEvent({ fingerprint: `1:${type}`, type, message: 'x', severity, time: clock.now() });
    });
    for (let at = 0; at < events.length; at += 100)
      await store.calls.record(events.slice(at, at + 100), clock.now());
    await alert();
  };
  const endQuiet = async (): Promise<void> => {
    const quiet = await store.calls.quietIncidents(clock.now() + 1, clock.now() + 2, 10_000);
    const incidents = evaluateQuiet(quiet, clock.now(), rules);
    await store.calls.commitStep({ cursor: 0, at: clock.now(), incidents, receivers: [receiver.name] });
    dispatcher.wake();
    await settled();
  };
  const restart = async (): Promise<void> => {
    await dispatcher.stop();
    dispatcher = start();
    dispatcher.wake();
    await settled();
  };
  const digests = (): Shown[] => receiver.shown.filter(({ message }) => /more incident/.test(message.title));
  const singles = (): Shown[] => receiver.shown.filter((shown) => !digests().includes(shown));
  dispatcher.wake();
  await settled();
  return { clock, store: store.calls, receiver, advance, fail, alert, endQuiet, restart, digests, singles };
}

suite('the budget of a channel', () => {
  test('has room for five where nothing was ever told, and one message for all others', async (t) => {
    const { fail, singles, digests } = await setUp(t);
    await fail(0, 40);
    assert.equal(singles().length, 5);
    assert.deepEqual(
      digests().map(({ message, in: reference }) => [message.title, reference]),
      [['35 more incidents in 1 min', undefined]],
    );
  });

  test('edits that message as more comes, and posts no second one', async (t) => {
    const { fail, advance, digests } = await setUp(t);
    await fail(0, 40);
    await fail(40, 50);
    assert.equal(digests().length, 1, 'an edit is not due yet');
    await advance(5_000);
    await fail(50, 60);
    await advance(10_000);
    assert.deepEqual(
      digests().map(({ message, in: reference }) => [message.title, reference?.['post']]),
      [
        ['35 more incidents in 1 min', undefined],
        ['45 more incidents in 1 min', '6'],
        ['55 more incidents in 1 min', '6'],
      ],
    );
  });

  test('names the worst five, and of equally bad ones those that came last', async (t) => {
    const { fail, advance, restart, endQuiet, digests } = await setUp(t);
    /** Of the last digest: the critical ones, and in which range the others are. */
    const named = () => {
      const { facts } = digests().at(-1)!.message;
      const numbers = (of: string): number[] =>
        facts
          .filter(({ name }) => name === of)
          .map(({ value }) => Number(/Error(\d+)/.exec(value as string)![1]))
          .toSorted((one, other) => one - other);
      return [numbers('critical'), numbers('high')] as const;
    };
    const are = (numbers: readonly number[], count: number, from: number, to: number): void => {
      assert.equal(numbers.length, count);
      assert.ok(
        numbers.every((number) => number >= from && number < to),
        numbers.join(),
      );
    };
    await fail(0, 5);
    await fail(5, 20);
    are(named()[1], 5, 5, 20);
    await fail(20, 22, 'critical');
    assert.equal(digests().length, 1, 'those that came later are not in it yet');
    await advance(5_000);
    assert.deepEqual(named()[0], [20, 21]);
    are(named()[1], 3, 5, 20);
    await fail(22, 30);
    await advance(10_000);
    assert.deepEqual(named()[0], [20, 21]);
    are(named()[1], 3, 22, 30);
    await restart();
    await fail(30, 31);
    await advance(20_000);
    assert.deepEqual(named()[0], [20, 21]);
    assert.equal(named()[1].at(-1), 30);
    assert.equal(digests().at(-1)!.message.severity, 'critical');
    await endQuiet();
    await fail(31, 32);
    await advance(40_000);
    assert.deepEqual(named(), [[], [31]], 'what is over is not among the worst');
  });

  test('tells the worst by themselves when all come at once', async (t) => {
    const { store, clock, alert, singles } = await setUp(t);
    const events = Array.from({ length: 30 }, (_, i) =>
      errorEvent({
        fingerprint: `1:${i}`,
        type: `E${i}`,
        severity: i >= 25 ? 'critical' : 'high',
        time: clock.now(),
      }),
    );
    await store.record(events, clock.now());
    await alert();
    assert.deepEqual(
      singles().map(({ message }) => message.severity),
      Array(5).fill('critical'),
    );
  });

  test('holds also when the store could not say at the start what is left of it', async (t) => {
    const { fail, advance, singles, digests } = await setUp(t, undefined, { failedReads: 1 });
    await fail(0, 40);
    await advance(30_000);
    assert.deepEqual([singles().length, digests().length], [5, 1]);
  });

  test('is back to normal afterwards', async (t) => {
    const { fail, advance, singles, digests } = await setUp(t);
    await fail(0, 40);
    for (let i = 0; i < 30; i++) await advance(minute);
    await fail(40, 43);
    assert.equal(singles().length, 8);
    assert.equal(digests().length, 1);
  });

  test('says nothing more of what was in the digest when it ends', async (t) => {
    const { fail, endQuiet, advance, receiver } = await setUp(t);
    await fail(0, 40);
    const before = receiver.shown.length;
    await endQuiet();
    await advance(minute);
    const after = receiver.shown.slice(before);
    assert.equal(after.length, 5, 'those with a message of their own');
    assert.ok(
      after.every(({ message, in: reference }) => message.state === 'ended' && reference !== undefined),
    );
  });

  test('tells what was in the digest by itself once it is news again', async (t) => {
    const { fail, store, clock, alert, advance, singles } = await setUp(t);
    await fail(0, 40);
    for (let i = 0; i < 30; i++) await advance(minute);
    const { items } = await store.listIssues({ limit: 100, text: 'Error39' });
    await store.changeIssue(items[0]!.id, { kind: 'resolve', inNextVersion: false }, 'alice', clock.now());
    await alert();
    await advance(minute);
    const before = singles().length;
    await store.record(
      [errorEvent({ fingerprint: '1:Error39', type: 'Error39', message: 'x', time: clock.now() + 1 })],
      clock.now() + 1,
    );
    await alert();
    assert.deepEqual(
      singles()
        .slice(before)
        .map(({ message, in: reference }) => [message.summary.slice(0, 17), reference]),
      [['[HIGH, REGRESSED]', undefined]],
    );
  });

  test('survives a restart, with what is left of it and the digest that goes on', async (t) => {
    const { fail, restart, advance, digests, singles } = await setUp(t);
    await fail(0, 40);
    await restart();
    await fail(40, 50);
    await advance(5_000);
    assert.equal(singles().length, 5);
    assert.deepEqual(
      digests().map(({ in: reference }) => reference?.['post']),
      [undefined, '6'],
    );
  });

  test('loses nothing when the digest is not taken', async (t) => {
    const { fail, receiver, advance, digests, store } = await setUp(t);
    await fail(0, 5);
    receiver.outcomes.push(
      { kind: 'failed', reason: 'down' },
      { kind: 'throttled', retryAfterMillis: 3_000 },
    );
    await fail(5, 40);
    for (let i = 0; i < 5; i++) await advance(5_000);
    assert.equal(digests().at(-1)?.message.title, '35 more incidents in 1 min');
    assert.deepEqual(await store.countPending(), []);
  });

  test('posts the digest anew where it was deleted', async (t) => {
    const { fail, receiver, advance, digests } = await setUp(t);
    await fail(0, 40);
    receiver.outcomes.push({ kind: 'gone', reason: 'message_not_found' });
    await fail(40, 41);
    await advance(5_000);
    assert.deepEqual(
      digests().map(({ message, in: reference }) => [message.title, reference === undefined]),
      [
        ['35 more incidents in 1 min', true],
        ['36 more incidents in 1 min', false],
        ['36 more incidents in 1 min', true],
      ],
    );
  });

  test('takes ten thousand at once', async (t) => {
    const { fail, receiver, store, digests } = await setUp(t);
    await fail(0, 10_000);
    assert.equal(receiver.shown.length, 6);
    assert.equal(digests()[0]?.message.title, '9995 more incidents in 1 min');
    assert.deepEqual(await store.countPending(), []);
  });

  test('is not there where there is none: everything is told', async (t) => {
    const { fail, singles, digests } = await setUp(t, 'none');
    await fail(0, 40);
    assert.deepEqual([singles().length, digests().length], [40, 0]);
  });

  test('a receiver that cannot edit has one digest an hour', async (t) => {
    const { fail, receiver, advance, digests } = await setUp(t);
    receiver.canEdit = false;
    await fail(0, 40);
    for (let i = 0; i < 9; i++) {
      await fail(40 + 10 * i, 50 + 10 * i);
      await advance(minute / 2);
    }
    assert.equal(digests().length, 1);
    for (let i = 0; i < 60; i++) await advance(minute);
    assert.equal(digests().length, 2);
  });
});
