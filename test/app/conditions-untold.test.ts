import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { minute, second, watchedApp } from '../support/watched-app.ts';

const receivers = ['chat', 'pager'];
const failing = 'shop (prod): GET /cart answered 500';
/** Without figures. */
const kinds = (heard: readonly string[]): string[] => heard.map((text) => text.replace(/: \d.*/, ''));

suite('a symptom is told', () => {
  test('to who is not told of its cause', async (t) => {
    const routes = [{ receiver: 'pager', matchers: ['alertname="HighErrorRate"'] }];
    const app = await watchedApp(t, { receivers, alerts: { route: { receiver: 'chat', routes } } });
    await app.keepAnswering(10, 100, 10);
    const [chat, pager] = app.receivers.map((receiver) => kinds(app.heard(receiver)));
    assert.deepEqual(chat, [`[HIGH] ${failing}`]);
    assert.deepEqual(pager, ['[HIGH] shop (prod): Too many calls fail']);
  });

  test('while its cause is muted, and the operations of a service all the same not', async (t) => {
    const route = {
      receiver: 'chat',
      routes: [{ matchers: ['alertname="NewIssue"'], mute_time_intervals: ['always'] }],
    };
    const time_intervals = [{ name: 'always', time_intervals: [{}] }];
    const { keepAnswering, heard } = await watchedApp(t, { alerts: { route, time_intervals }, receivers });
    await keepAnswering(10, 100, 10);
    assert.deepEqual(kinds(heard()), ['[HIGH] shop (prod): Too many calls fail']);
  });

  test('when its cause is silenced', async (t) => {
    const { core, keepAnswering, heard, clock, pass } = await watchedApp(t);
    await keepAnswering(5, 100, 10);
    assert.deepEqual(heard(), [`[HIGH] ${failing}`]);
    const { kind } = await core.silences.set({
      matchers: [{ name: 'alertname', operator: '=', value: 'NewIssue' }],
      startsAt: clock.now(),
      endsAt: clock.now() + 60 * minute,
      createdBy: 'alice',
      comment: 'known',
    });
    assert.equal(kind, 'set');
    await pass(second);
    assert.deepEqual(kinds(heard()), ['[HIGH] shop (prod): Too many calls fail']);
  });

  test('of an app that is silent, to who is not told that it is', async (t) => {
    const routes = [{ receiver: 'chat', matchers: ['alertname="TelemetrySilent"'] }];
    const app = await watchedApp(t, {
      receivers,
      alerts: { route: { receiver: 'pager', routes } },
      rules: [{ name: 'Many', over: 'issues', when: ['issues>=1'], for: '8m' }],
    });
    await app.keepAnswering(12, 10);
    await app.answer(1, 1);
    await app.pass(20 * minute);
    const [chat, pager] = app.receivers.map((receiver) => app.heard(receiver));
    assert.deepEqual(chat, ['[HIGH] shop (prod): Nothing is heard of it any more']);
    assert.deepEqual(pager, [`[HIGH] ${failing}`, '[HIGH] shop (prod): Many']);
  });
});

test('what failed before an app was silent is told, though that could not be done at once', async (t) => {
  const { keepAnswering, answer, pass, heard, receiver } = await watchedApp(t);
  await keepAnswering(12);
  receiver.outcomes.push(...Array.from({ length: 500 }, () => ({ kind: 'failed' as const, reason: 'down' })));
  await answer(1, 1);
  await pass(8 * minute);
  receiver.outcomes.length = 0;
  receiver.shown.length = 0;
  await pass(10 * minute);
  const told = heard();
  assert.ok(told.includes(`[HIGH] ${failing}`), told.join('; '));
  assert.ok(told.includes('[HIGH] shop (prod): Nothing is heard of it any more'), told.join('; '));
});

suite('a symptom is not told', () => {
  test('after its cause was told and dealt with', async (t) => {
    const { core, store, keepAnswering, heard } = await watchedApp(t);
    await keepAnswering(5, 100, 10);
    const [issue] = (await store.calls.listIssues({ limit: 1 })).items;
    await store.calls.changeIssue(issue!.id, { kind: 'resolve', inNextVersion: false }, 'alice', 0);
    core.alerting.wake();
    await keepAnswering(15, 100);
    assert.deepEqual(kinds(heard()), [`[HIGH] ${failing}`, `[RESOLVED] ${failing}`]);
  });
});
