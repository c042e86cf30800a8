import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { noRouting } from '../../src/alerting/routing/routing.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const budget = { perHour: 60, burst: 4 };

async function start(t: TestContext, given: Parameters<typeof startAlerting>[1] = {}) {
  const store = given.store ?? new InlineStore();
  if (given.store === undefined) {
    await store.start();
    t.after(() => store.stop());
  }
  const receivers = given.receivers ?? [new RecordingReceiver('slack')];
  const alerting = await startAlerting(noRouting, { ...given, store, receivers });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) await alerting.stop();
    isStopped = true;
  };
  t.after(stop);
  /** What was sent, or would have been, by day and receiver. */
  const report = async (): Promise<string[]> =>
    (await store.calls.listSent({ limit: 100 })).items.map(
      ({ receiver, isDryRun, posts, edits, replies, digests }) =>
        `${receiver}${isDryRun ? ' (dry run)' : ''}: ${posts} posts, ${edits} edits, ${replies} replies, ${digests} digests`,
    );
  const timeline = async (service: string): Promise<string[]> => {
    const { items } = await store.calls.listIncidents({ limit: 1, service });
    const entries = (await store.calls.readTimeline(items[0]!.key))!;
    return entries.filter(({ receiver }) => receiver !== undefined).map(({ kind }) => kind);
  };
  return { ...alerting, stop, store, receivers, report, timeline };
}

suite('a dry run', () => {
  test('decides and notes everything, and sends nothing', async (t) => {
    const { fail, heard, pass, report, timeline, resolveAll, receivers, store } = await start(t, {
      dryRun: true,
    });
    receivers[0]!.verifications.push({ kind: 'refused', reason: 'invalid_auth', remedy: 'mend it' });
    await fail({ service: 'web' });
    await pass(minute);
    await fail({ service: 'web' });
    await pass(minute);
    await resolveAll('web');
    await pass(minute);
    assert.deepEqual(heard(), []);
    assert.equal(receivers[0]!.verifications.length, 1, 'it is not even asked whether it works');
    assert.deepEqual(await report(), ['slack (dry run): 1 posts, 2 edits, 1 replies, 0 digests']);
    assert.deepEqual(await timeline('web'), ['would send', 'would edit', 'would edit', 'would reply']);
    const { items } = await store.calls.listDeliveries({ limit: 10 });
    assert.deepEqual(
      items.map(({ state, isDryRun }) => [state, isDryRun]),
      [['shown', true]],
    );
  });

  test('tells what still fires once it is off, once, and nothing of what is over', async (t) => {
    const { fail, heard, pass, setDryRun, resolveAll, timeline, store } = await start(t, { dryRun: true });
    await fail({ service: 'over' }, { service: 'web' }, { service: 'shop' });
    await pass(minute);
    await resolveAll('over');
    await pass(minute);
    await setDryRun(false);
    await pass(5 * minute);
    assert.deepEqual(heard().toSorted(), ['slack: shop: high firing', 'slack: web: high firing']);
    assert.deepEqual(await timeline('over'), ['would send', 'would edit', 'would reply', 'dropped']);
    assert.deepEqual(await timeline('web'), ['would send', 'sent']);
    assert.deepEqual(await fail({ service: 'web' }), ['slack again: web: high firing']);
    await resolveAll('web');
    await pass(minute);
    assert.deepEqual(heard(), ['slack again: web: high ended']);
    const { items } = await store.calls.listDeliveries({ limit: 10 });
    assert.deepEqual(new Set(items.map(({ isDryRun }) => isDryRun)), new Set([false]));
  });

  test('tells those for whom it is by then', async (t) => {
    const receivers = ['slack', 'pager'].map((name) => new RecordingReceiver(name));
    const { fail, heard, pass, setDryRun, loop } = await start(t, { dryRun: true, receivers });
    await fail({ service: 'web' });
    await pass(minute);
    loop.route({ ...noRouting, route: routeSpec({ receiver: 'pager' }) });
    await pass(minute);
    await setDryRun(false);
    await pass(minute);
    assert.deepEqual(heard(), ['pager: web: high firing']);
  });

  test('goes on with the messages that people had before it', async (t) => {
    const { fail, heard, pass, setDryRun, resolveAll } = await start(t);
    await fail({ service: 'web' }, { service: 'shop' });
    await pass(minute);
    heard();
    await setDryRun(true);
    await fail({ service: 'web' });
    await pass(minute);
    await resolveAll('web');
    await pass(minute);
    assert.deepEqual(heard(), []);
    await setDryRun(false);
    await pass(minute);
    assert.deepEqual(heard(), ['slack again: web: high ended']);
    assert.deepEqual(await fail({ service: 'shop' }), ['slack again: shop: high firing']);
  });

  test('does not spend the budget, and keeps to it', async (t) => {
    const { fail, heard, pass, setDryRun, report } = await start(t, { dryRun: true, budget });
    const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await fail(...services.map((service) => ({ service })));
    await pass(2000);
    // Where nothing was ever told, half of the burst.
    assert.deepEqual(await report(), ['slack (dry run): 2 posts, 0 edits, 0 replies, 1 digests']);
    await setDryRun(false);
    await pass(2000);
    const told = heard();
    assert.equal(told.length, 3);
    assert.deepEqual((await report()).toSorted(), [
      'slack (dry run): 2 posts, 0 edits, 0 replies, 1 digests',
      'slack: 2 posts, 0 edits, 0 replies, 1 digests',
    ]);
  });

  test('tells what was still to be told in a digest only if it fires', async (t) => {
    const slack = new RecordingReceiver('slack');
    slack.canEdit = false;
    const { fail, heard, pass, setDryRun, resolveAll } = await start(t, {
      dryRun: true,
      budget,
      receivers: [slack],
    });
    await fail(...['a', 'b', 'c', 'd'].map((service) => ({ service })));
    await pass(2000);
    // The digest was told; the next one waits for an hour.
    await fail({ service: 'e' }, { service: 'f' });
    await pass(2000);
    await resolveAll('e');
    for (const service of ['a', 'b', 'c', 'd']) await resolveAll(service);
    await pass(2000);
    await setDryRun(false);
    await pass(2000);
    assert.deepEqual(heard(), ['slack: f: high firing']);
  });

  test('ends with a restart as well, and goes on after one', async (t) => {
    const first = await start(t, { dryRun: true });
    await first.fail({ service: 'web' }, { service: 'over' });
    await first.pass(minute);
    await first.resolveAll('over');
    await first.pass(minute);
    await first.stop();
    const second = await start(t, { store: first.store, dryRun: true, at: first.clock.now() });
    await second.pass(minute);
    assert.deepEqual(second.heard(), []);
    assert.deepEqual(await second.report(), ['slack (dry run): 2 posts, 1 edits, 1 replies, 0 digests']);
    await second.stop();
    const third = await start(t, { store: first.store, at: second.clock.now() });
    await third.pass(minute);
    assert.deepEqual(third.heard(), ['slack: web: high firing']);
    await third.stop();
    const fourth = await start(t, { store: first.store, at: third.clock.now() });
    await fourth.pass(minute);
    assert.deepEqual(fourth.heard(), []);
  });

  test('begins although the receiver is left alone, and forgets nothing of what that was for', async (t) => {
    const { fail, heard, pass, setDryRun, receivers, timeline } = await start(t);
    receivers[0]!.outcomes.push({ kind: 'refused', reason: 'channel_not_found', remedy: 'x' });
    await fail({ service: 'web' });
    await setDryRun(true);
    assert.deepEqual(await timeline('web'), ['refused', 'would send']);
    heard();
    await setDryRun(false);
    await pass(minute);
    assert.deepEqual(heard(), ['slack: web: high firing']);
  });

  test('may be switched to and fro: nobody is told twice, and nothing is forgotten', async (t) => {
    const { fail, heard, pass, setDryRun, resolveAll } = await start(t);
    const told: string[] = [];
    for (let i = 0; i < 10; i++) {
      told.push(...(await fail({ service: `s${i}` })));
      await setDryRun(i % 2 === 0);
      await setDryRun(i % 3 === 0);
      await pass(100);
    }
    await setDryRun(false);
    await pass(minute);
    const posts = [...told, ...heard()].filter((line) => !line.startsWith('slack again'));
    assert.deepEqual(
      posts.toSorted(),
      Array.from({ length: 10 }, (_, i) => `slack: s${i}: high firing`),
    );
    for (let i = 0; i < 10; i++) await resolveAll(`s${i}`);
    await pass(minute);
    const ends = heard();
    assert.equal(ends.length, 10);
    assert.ok(ends.every((line) => line.startsWith('slack again') && line.endsWith('ended')));
  });
});

suite('what is sent each day', () => {
  test('is counted, with examples, also when it is no dry run', async (t) => {
    const { fail, pass, resolveAll, report, store } = await start(t, { budget });
    await fail({ service: 'a' });
    await fail({ service: 'b' });
    await fail(...['c', 'd', 'e'].map((service) => ({ service })));
    await pass(minute);
    await resolveAll('a');
    await pass(minute);
    assert.deepEqual(await report(), ['slack: 2 posts, 1 edits, 1 replies, 1 digests']);
    const { items } = await store.calls.listSent({ limit: 1, receiver: 'slack' });
    assert.deepEqual(
      items[0]!.examples.map(({ kind, text, incidentKey }) => [
        kind,
        text.split(/[:,]/)[0],
        incidentKey?.length,
      ]),
      [
        ['post', '[HIGH] a', 32],
        ['post', '[HIGH] b', 32],
        ['digest', '[HIGH] 3 more incidents in 1 min', undefined],
        ['reply', 'Resolved by alice.', 32],
      ],
    );
  });

  test('is by the day of UTC, and by receiver', async (t) => {
    const receivers = ['slack', 'pager'].map((name) => new RecordingReceiver(name));
    const now = Date.parse('2026-11-30T23:59:00Z');
    const { fail, pass, store } = await start(t, { receivers, at: now });
    await fail({ service: 'a' });
    await pass(2 * minute);
    await fail({ service: 'b' });
    const { items } = await store.calls.listSent({ limit: 100 });
    assert.deepEqual(
      items.map(({ day, receiver, posts }) => [new Date(day).toISOString(), receiver, posts]),
      [
        ['2026-12-01T00:00:00.000Z', 'slack', 1],
        ['2026-12-01T00:00:00.000Z', 'pager', 1],
        ['2026-11-30T00:00:00.000Z', 'slack', 1],
        ['2026-11-30T00:00:00.000Z', 'pager', 1],
      ],
    );
    const page = await store.calls.listSent({ limit: 1, receiver: 'pager' });
    const next = await store.calls.listSent({ limit: 1, receiver: 'pager', cursor: page.nextCursor! });
    assert.deepEqual([next.items.length, next.nextCursor], [1, undefined]);
  });
});
