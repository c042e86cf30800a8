import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PostableAlert } from '../../../src/notify/receivers/alertmanager-alert.ts';
import { AlertmanagerResender } from '../../../src/notify/receivers/alertmanager-resender.ts';
import { eventually } from '../../support/eventually.ts';
import { TestClock } from '../../support/test-clock.ts';

const alert: PostableAlert = {
  labels: { alertname: 'x' },
  annotations: {},
  startsAt: '',
  endsAt: 'as it was',
};

function setUp() {
  const clock = new TestClock();
  const sent: (readonly PostableAlert[])[] = [];
  const resender = new AlertmanagerResender(clock, 3_600_000, (alerts) => Promise.resolve(sent.push(alerts)));
  return { clock, sent, resender };
}

suite('sending alerts again', () => {
  test('has nothing planned while there is none', () => {
    const { clock, resender } = setUp();
    assert.equal(clock.pendingTimers, 0);
    resender.keep('a', alert, false);
    assert.equal(clock.pendingTimers, 1);
  });

  test('moves the end of what fires, and not that of what has ended', async () => {
    const { clock, sent, resender } = setUp();
    resender.keep('a', alert, false);
    resender.keep('b', alert, true);
    clock.advance(60_000);
    await eventually('both', () => sent.length === 1);
    assert.deepEqual(
      sent[0]!.map(({ endsAt }) => endsAt),
      ['2026-01-02T04:05:05.000Z', 'as it was'],
    );
  });

  test('keeps ten thousand: the oldest lapse by themselves', async () => {
    const { clock, sent, resender } = setUp();
    for (let i = 0; i < 10_005; i++) resender.keep(String(i), { ...alert, labels: { i: String(i) } }, false);
    resender.keep('5', { ...alert, labels: { i: 'known again' } }, false);
    clock.advance(60_000);
    await eventually('all of them', () => sent.flat().length >= 10_000);
    await eventually('the next time to be planned', () => clock.pendingTimers > 0);
    assert.equal(sent.flat().length, 10_000);
    assert.deepEqual(sent.flat().at(-1)!.labels, { i: 'known again' });
  });

  test('ends when it is closed, also on the way, and twice, and begins again with the next alert', async () => {
    const { clock, sent, resender } = setUp();
    for (let i = 0; i < 1000; i++) resender.keep(String(i), alert, false);
    clock.advance(60_000);
    resender.close();
    resender.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(sent.length, 1);
    assert.equal(clock.pendingTimers, 0);
    resender.keep('later', alert, false);
    clock.advance(60_000);
    await eventually('what is kept now', () => sent.length === 2);
    assert.deepEqual(sent[1]!.length, 1);
    resender.close();
  });
});
