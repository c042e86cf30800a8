import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import type { ActionOutcome, IncidentAction } from '../../../src/notify/incident-action.ts';
import { SlackPresses } from '../../../src/notify/receivers/slack-presses.ts';
import { ButtonEvents } from '../../../src/telemetry/button-events.ts';
import { sampleOf } from '../../support/samples.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { TestClock } from '../../support/test-clock.ts';

const incidentKey = 'ab'.repeat(16);

function payload(action: string, channel: object = { channel: { id: 'C1' } }): unknown {
  const actions = [{ action_id: `tocsin_${action}`, value: incidentKey }];
  return { type: 'block_actions', user: { id: 'U1', username: 'jane' }, actions, ...channel };
}

function presses(outcome: ActionOutcome | Promise<ActionOutcome>, problem?: string) {
  const clock = new TestClock();
  const registry = new MetricRegistry();
  const log = new RecordingLog();
  const done: IncidentAction[] = [];
  const told: string[][] = [];
  const subject = new SlackPresses({
    clock,
    act: async (action) => {
      done.push(action);
      return outcome;
    },
    tellOne: (...given) => {
      told.push(given);
      return Promise.resolve(problem);
    },
    events: new ButtonEvents(registry, log),
  });
  const count = (labels: string) => sampleOf(registry, `tocsin_button_presses_total{${labels}}`);
  return { subject, clock, log, done, told, count };
}

suite('what is pressed in Slack', () => {
  test('is done in the name of who pressed it, counted and logged, and the message says so itself', async () => {
    const { subject, done, told, count, log } = presses({ kind: 'done' });
    await subject.handle(payload('resolve'));
    assert.deepEqual(done, [{ name: 'resolve', incidentKey, by: 'jane (Slack U1)' }]);
    assert.deepEqual(told, []);
    assert.equal(count('action="resolve",outcome="done"'), 1);
    assert.match(log.infos.join(), /"by":"jane \(Slack U1\)".*a button was pressed/);
  });

  const answers: [outcome: ActionOutcome, says: RegExp][] = [
    [
      { kind: 'already', reason: 'A-1 is resolved already by bob' },
      /^Nothing was done: A-1 is resolved already by bob\.$/,
    ],
    [{ kind: 'unknown' }, /^Nothing was done: .* does not know the incident/],
    [{ kind: 'refused', reason: 'it has no version' }, /^It could not be done: it has no version\.$/],
    [{ kind: 'failed' }, /^It is not known whether it was done\./],
  ];
  for (const [outcome, says] of answers) {
    test(`is answered to that one person, counted and logged: ${outcome.kind}`, async () => {
      const { subject, told, count, log } = presses(outcome);
      await subject.handle(payload('resolve'));
      assert.deepEqual(told[0]?.slice(0, 2), ['C1', 'U1']);
      assert.match(told[0]?.[2] ?? '', says);
      assert.equal(count(`action="resolve",outcome="${outcome.kind}"`), 1);
      assert.match(log.warnings.join(), /nothing was done/);
    });
  }

  test('is answered by what cannot be seen in the message: that nobody is told for an hour', async () => {
    const { subject, told } = presses({ kind: 'done' });
    await subject.handle(payload('silence'));
    assert.deepEqual(told, [['C1', 'U1', 'Silenced for an hour.']]);
  });

  test('is only logged where Slack does not say in which channel it was', async () => {
    const { subject, told, log } = presses({ kind: 'unknown' });
    await subject.handle(payload('resolve', {}));
    assert.deepEqual(told, []);
    assert.equal(log.warnings.length, 1);
  });

  test('is known to be unanswered when Slack does not take the answer', async () => {
    const { subject, log } = presses({ kind: 'unknown' }, 'Slack answered user_not_in_channel');
    await subject.handle(payload('resolve'));
    assert.match(log.warnings.join('\n'), /user_not_in_channel.*could not be told/);
  });

  test('is said to be heard after two seconds, however slow the store is, and done all the same', async () => {
    const { promise, resolve } = Promise.withResolvers<ActionOutcome>();
    const { subject, clock, count } = presses(promise);
    let heard = false;
    const handling = subject.handle(payload('resolve')).then(() => (heard = true));
    clock.advance(1_999);
    await Promise.resolve();
    assert.ok(!heard);
    clock.advance(1);
    await handling;
    assert.equal(count('action="resolve",outcome="done"'), 0);
    resolve({ kind: 'done' });
    await new Promise(setImmediate);
    assert.equal(count('action="resolve",outcome="done"'), 1);
  });

  test('is counted and passed over if it is of others, or of nobody', async () => {
    const { subject, done, count, log } = presses({ kind: 'done' });
    await subject.handle(payload('delete'));
    await subject.handle({ type: 'view_submission' });
    await subject.handle(undefined);
    assert.deepEqual(done, []);
    assert.equal(count('action="",outcome="invalid"'), 1);
    assert.equal(count('action="",outcome="foreign"'), 2);
    assert.deepEqual([...log.warnings, ...log.infos], []);
  });
});
