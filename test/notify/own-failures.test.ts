import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import type { Incident } from '../../src/alerting/incident.ts';
import { notifyOperation } from '../../src/conventions/own-failures.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { Dispatcher } from '../../src/notify/dispatcher.ts';
import { Links } from '../../src/notify/links.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { Events } from '../../src/telemetry/events.ts';
import type { OwnFailure } from '../../src/telemetry/own-failure.ts';
import { errorEvent, issue } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { TestClock } from '../support/test-clock.ts';

const ofApp = { fingerprint: '1:app' };
/** That another receiver fails. */
const ofOther = {
  service: 'tocsin',
  component: 'notify',
  operation: notifyOperation('other'),
  fingerprint: '1:other',
};

/** A receiver that is to be shown incidents of these events, and what is told of its failures. */
async function setUp(...events: Parameters<typeof errorEvent>[]) {
  const clock = new TestClock();
  const store = new InlineStore();
  await store.start();
  const incidents: Incident[] = [];
  for (const [event] of events) {
    await store.calls.record([errorEvent(event)], clock.now());
    incidents.push(nextIncident(undefined, 'created', issue(event ?? {}), clock.now(), issueRuleDefaults)!);
  }
  await store.calls.commitStep({ cursor: 100, at: clock.now(), incidents, receivers: ['recorder'] });
  const receiver = new RecordingReceiver();
  const told: OwnFailure[] = [];
  const telemetry = new Events(new MetricRegistry(), new RecordingLog(), new SeriesBudget(1000), (failure) =>
    told.push(failure),
  );
  const dispatcher = new Dispatcher(receiver, {
    clock,
    store: store.calls,
    events: telemetry,
    random: () => 0,
    links: new Links(),
  });
  /** Lets time pass until it has tried so often. */
  const tries = async (wanted: number): Promise<void> => {
    await eventually(`${wanted} tries`, () => {
      if (receiver.shown.length < wanted) clock.advance(1_000);
      return receiver.shown.length >= wanted;
    });
    await eventually('it to be at rest', () => clock.pendingTimers > 0);
  };
  return {
    receiver,
    dispatcher,
    tries,
    told: () => told.map(({ kind, subject }) => `${kind} ${subject}`),
    messages: () => told.map(({ message }) => message),
  };
}

const fails = (times: number) =>
  Array.from({ length: times }, () => ({ kind: 'failed', reason: 'connect ECONNREFUSED' }) as const);
const refuses = (times: number) =>
  Array.from(
    { length: times },
    () => ({ kind: 'refused', reason: 'is_archived', remedy: 'make another' }) as const,
  );

suite('of a receiver that does not take what it is told', () => {
  test('it is told when it begins, and once more when it goes on for minutes', async () => {
    const { receiver, dispatcher, tries, told, messages } = await setUp([ofApp]);
    receiver.outcomes.push(...fails(12));
    await dispatcher.start();
    await tries(2);
    assert.deepEqual(told(), ['ReceiverFailing recorder']);
    await tries(12);
    assert.deepEqual(told(), ['ReceiverFailing recorder', 'ReceiverDead recorder']);
    assert.deepEqual(messages(), [
      'a recording receiver cannot be told anything at the moment: connect ECONNREFUSED',
      'a recording receiver has not been told anything for minutes: connect ECONNREFUSED',
    ]);
    await dispatcher.stop();
  });

  test('it is told once that it refuses, however often it is tried', async () => {
    const { receiver, dispatcher, tries, told } = await setUp([ofApp]);
    receiver.outcomes.push(...refuses(5));
    await dispatcher.start();
    await tries(5);
    assert.deepEqual(told(), ['ReceiverRefused recorder']);
    await dispatcher.stop();
  });

  test('it is told at the start, if its set-up is wrong', async () => {
    const { receiver, dispatcher, told } = await setUp();
    receiver.verifications.push({ kind: 'refused', reason: 'invalid_auth', remedy: 'get another token' });
    await dispatcher.start();
    await eventually('it to be told', () => told().length === 1);
    assert.deepEqual(told(), ['ReceiverRefused recorder']);
    await dispatcher.stop();
  });

  test('it is told again when it failed again after it worked', async () => {
    const { receiver, dispatcher, tries, told } = await setUp(
      ...['1:a', '1:b', '1:c'].map((fingerprint): [object] => [{ fingerprint }]),
    );
    receiver.outcomes.push(...fails(1), { kind: 'delivered', reference: undefined }, ...fails(1));
    await dispatcher.start();
    await tries(3);
    assert.deepEqual(told(), ['ReceiverFailing recorder', 'ReceiverFailing recorder']);
    await dispatcher.stop();
  });

  test('it is told that a message was rejected', async () => {
    const { receiver, dispatcher, tries, told } = await setUp([ofApp]);
    receiver.outcomes.push({ kind: 'rejected', reason: 'msg_too_long' });
    await dispatcher.start();
    await tries(1);
    await eventually('it to be told', () => told().length === 1);
    assert.deepEqual(told(), ['MessageRejected recorder']);
    await dispatcher.stop();
  });

  for (const outcomes of [fails(12), refuses(3), [{ kind: 'rejected', reason: 'x' } as const]]) {
    test(`nothing is told where that was to be told of another: ${outcomes[0]!.kind}`, async () => {
      const { receiver, dispatcher, tries, told } = await setUp([ofOther]);
      receiver.outcomes.push(...outcomes);
      await dispatcher.start();
      await tries(outcomes.length);
      assert.deepEqual(told(), [], 'or two that fail would tell of one another for ever');
      await dispatcher.stop();
    });
  }
});
