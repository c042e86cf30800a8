import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { minute, second, watchedApp } from '../support/watched-app.ts';

const failing = {
  name: 'POST /order',
  attributes: { 'http.response.status_code': 500 },
  exceptions: [{ type: 'PaymentError', message: 'no money' }],
};

async function start(t: TestContext, given: Parameters<typeof watchedApp>[1] = {}) {
  const app = await watchedApp(t, { rules: [{ name: 'HighErrorRate', enabled: false }], ...given });
  const by = (version: string) => ({ 'service.version': version });
  const fail = (version: string): Promise<void> => app.answer(1, 1, failing, by(version));
  /** Nothing fails. */
  const work = (version: string): Promise<void> => app.answer(1, 0, {}, by(version));
  /** What was said beside the message, and loudly. */
  const said = (): string[] =>
    app.receiver.shown
      .splice(0)
      .flatMap(({ message, in: edited }) =>
        edited === undefined
          ? [message.title]
          : message.news.map(({ text, isLoud }) => `${isLoud ? 'loud: ' : ''}${text}`),
      );
  return { ...app, fail, work, said };
}

suite('a version that appears while an incident goes on', () => {
  test('is said in its thread, once, and disturbs nobody', async (t) => {
    const { fail, work, said, pass } = await start(t);
    await fail('1.4.2');
    await pass(minute);
    assert.deepEqual(said(), ['PaymentError in POST /order']);
    await pass(11 * minute);
    await work('1.4.3');
    await pass(minute);
    assert.deepEqual(said(), ['1.4.3 appeared, 12 min after this began.']);
    await work('1.4.2');
    await work('1.4.3');
    await pass(minute);
    assert.deepEqual(said(), []);
  });

  test('is in the message from then on, and whether it helped', async (t) => {
    const { fail, work, pass, receiver } = await start(t);
    const deployed = (): unknown =>
      receiver.shown
        .splice(0)
        .at(-1)
        ?.message.facts.find(({ name }) => name === 'Deployed')?.value;
    await fail('1.4.2');
    await pass(minute);
    assert.equal(deployed(), undefined);
    await work('1.4.3');
    await pass(minute);
    assert.equal(deployed(), '1.4.3 appeared, 1 min after this began');
    await fail('1.4.3');
    await pass(minute);
    assert.equal(deployed(), '1.4.3 appeared, 1 min after this began; it failed in that as well');
  });

  test('that did not help is said to be one, once', async (t) => {
    const { fail, work, said, pass } = await start(t);
    await fail('1.4.2');
    await pass(minute);
    await work('1.4.3');
    await pass(minute);
    said();
    for (let i = 0; i < 3; i++) {
      await fail('1.4.3');
      await pass(minute);
    }
    assert.deepEqual(said(), ['It failed in 1.4.3 as well.']);
  });

  test('is also said when it comes with the failure itself', async (t) => {
    const { fail, said, pass } = await start(t);
    await fail('1.4.2');
    await pass(minute);
    said();
    await fail('1.4.3');
    await pass(minute);
    assert.deepEqual(said(), ['1.4.3 appeared, 1 min after this began; it failed in that as well.']);
  });

  test('is news of no other service, and of no incident that is over', async (t) => {
    const { fail, answer, said, pass, core, store, clock } = await start(t);
    await fail('1.4.2');
    await pass(minute);
    said();
    await answer(1, 0, {}, { 'service.name': 'till', 'service.version': '1.4.3' });
    await answer(1, 0, {}, { 'deployment.environment.name': 'staging', 'service.version': '1.4.4' });
    await pass(minute);
    assert.deepEqual(said(), []);
    const { items } = await store.calls.listIssues({ limit: 1 });
    await store.calls.changeIssue(
      items[0]!.id,
      { kind: 'resolve', inNextVersion: false },
      'alice',
      clock.now(),
    );
    core.alerting.wake();
    await answer(1, 0, {}, { 'service.version': '1.4.5' });
    await pass(minute);
    assert.deepEqual(said(), ['Resolved by alice.']);
  });

  test('is none if it is the first that is heard of at all, since what failed said none', async (t) => {
    const { answer, work, said, pass } = await start(t);
    await answer(1, 1, failing);
    await work('1.4.2');
    await pass(minute);
    assert.deepEqual(said(), ['PaymentError in POST /order']);
    await work('1.4.3');
    await pass(minute);
    assert.deepEqual(said(), ['1.4.3 appeared, 1 min after this began.']);
  });

  test('is said after a restart, if nobody could be told before', async (t) => {
    const { fail, work, pass, receiver, stop, store, clock, said } = await start(t);
    await fail('1.4.2');
    await pass(minute);
    said();
    receiver.outcomes.push(
      ...Array.from({ length: 20 }, () => ({ kind: 'failed', reason: 'down' }) as const),
    );
    await work('1.4.3');
    await pass(10 * second);
    await stop();
    const again = await start(t, { store, clock });
    again.receiver.shown.length = 0;
    await again.pass(minute);
    assert.deepEqual(again.said(), ['1.4.3 appeared, 1 min after this began.']);
  });

  test('stands in its timeline', async (t) => {
    const { fail, work, pass, store } = await start(t);
    await fail('1.4.2');
    await pass(minute);
    await work('1.4.3');
    await pass(minute);
    const { items } = await store.calls.listIncidents({ limit: 1 });
    const timeline = (await store.calls.readTimeline(items[0]!.key))!;
    assert.deepEqual(
      timeline.map(({ kind, reason }) => (reason === undefined ? kind : `${kind} (${reason})`)),
      [
        'raised',
        'routed',
        'sent',
        'deployed (1.4.3 appeared)',
        'edited',
        'replied (1.4.3 appeared, 1 min after this began.)',
      ],
    );
  });
});
