import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { noRouting, type RoutingOptions } from '../../src/alerting/routing/routing.ts';
import { notifyOperation } from '../../src/conventions/own-failures.ts';
import type { Obstacle } from '../../src/notify/receiver.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { matchersOf } from '../alerting/silences/support.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const refused = { kind: 'refused', reason: 'channel_not_found', remedy: 'mend it' } as const;
const toSlack: RoutingOptions = { ...noRouting, route: routeSpec({ receiver: 'slack' }) };
const names = ['slack', 'mail', 'pager'];

type Given = Parameters<typeof startAlerting>[1] & { routing?: RoutingOptions; verifications?: Obstacle[] };

async function start(t: TestContext, { routing = toSlack, verifications = [], ...given }: Given = {}) {
  const store = given.store ?? new InlineStore();
  if (given.store === undefined) {
    await store.start();
    t.after(() => store.stop());
  }
  const receivers = names.map((name) => new RecordingReceiver(name));
  const [slack, mail] = receivers as [RecordingReceiver, RecordingReceiver];
  slack.verifications.push(...verifications);
  const fallbacks = given.fallbacks ?? { slack: 'mail' };
  const alerting = await startAlerting(routing, { ...given, store, receivers, fallbacks });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) await alerting.stop();
    isStopped = true;
  };
  t.after(stop);
  const timeline = async (service: string): Promise<string[]> => {
    const { items } = await store.calls.listIncidents({ limit: 1, service });
    const entries = (await store.calls.readTimeline(items[0]!.key))!;
    return entries
      .filter(({ receiver }) => receiver !== undefined)
      .map(
        ({ kind, receiver, reason }) => `${receiver}: ${kind}${reason === undefined ? '' : ` (${reason})`}`,
      );
  };
  return { ...alerting, stop, store, slack, mail, timeline };
}

/** Of messages: what was told to whom, without those who took nothing. */
const taken = (lines: readonly string[]): string[] => lines.filter((line) => !line.startsWith('slack'));

suite('what a receiver refuses', () => {
  test('is told through its fallback, which says so', async (t) => {
    const { record, slack, mail, timeline, store, log } = await start(t);
    slack.outcomes.push(refused);
    await record({ service: 'web' });
    assert.match(
      log.errors.join(),
      /refuses to be notified: failures are told through mail until this is mended/,
    );
    assert.equal(mail.shown.length, 1);
    const { message } = mail.shown[0]!;
    assert.match(message.summary, /^\[HIGH\] web: .* \(slack could not be told\)$/);
    assert.deepEqual(message.facts[0], {
      name: 'Told here',
      value: 'slack could not be told: channel_not_found',
    });
    assert.deepEqual(await timeline('web'), [
      'slack: refused (channel_not_found)',
      'mail: fallback (slack could not be told: channel_not_found)',
      'mail: sent',
      'slack: pending (channel_not_found)',
    ]);
    const { items } = await store.calls.listDeliveries({ limit: 10, receiver: 'mail' });
    assert.deepEqual(items[0]?.fallbackOf, { receiver: 'slack', reason: 'channel_not_found' });
  });

  test('is told at once while it takes nothing at all, whatever it was', async (t) => {
    const obstacles = Array.from({ length: 5 }, () => refused);
    const { fail, heard, pass } = await start(t, { verifications: obstacles });
    assert.deepEqual(await fail({ service: 'web' }), ['mail: web: high firing']);
    assert.deepEqual(await fail({ service: 'shop' }), ['mail: shop: high firing']);
    await pass(10 * minute);
    // By now somebody has mended it.
    assert.deepEqual(heard().toSorted(), ['slack: shop: high firing', 'slack: web: high firing']);
    assert.deepEqual(await fail({ service: 'late' }), ['slack: late: high firing']);
  });

  test('goes on and ends where it was told', async (t) => {
    const { fail, record, heard, pass, slack, mail, resolveAll } = await start(t);
    for (let i = 0; i < 100; i++) slack.outcomes.push(refused);
    assert.deepEqual(taken(await fail({ service: 'web' })), ['mail: web: high firing']);
    await pass(minute);
    await record({ service: 'web' });
    await pass(minute);
    assert.deepEqual(taken(heard()), ['mail again: web: high firing']);
    await resolveAll('web');
    await pass(minute);
    assert.deepEqual(taken(heard()), ['mail again: web: high ended']);
    assert.equal(mail.shown.length, 0);
  });

  test('is told before the incident goes on in the same second', async (t) => {
    const { record, pass, slack, mail, heard, loop } = await start(t);
    for (let i = 0; i < 100; i++) slack.outcomes.push(refused);
    mail.outcomes.push({ kind: 'throttled', retryAfterMillis: 30_000 });
    await record({ service: 'web' });
    await record({ service: 'web' });
    loop.storeReplaced();
    await pass(minute);
    const told = taken(heard());
    assert.deepEqual(told, ['mail: web: high firing', 'mail: web: high firing']);
  });

  test('is told through the fallback as well if it is but this message', async (t) => {
    const { fail, record, heard, pass, slack, timeline } = await start(t);
    slack.outcomes.push({ kind: 'rejected', reason: 'msg_too_long' });
    assert.deepEqual(taken(await fail({ service: 'web' })), ['mail: web: high firing']);
    assert.ok((await timeline('web')).includes('mail: fallback (slack could not be told: msg_too_long)'));
    await record({ service: 'shop' });
    await pass(minute);
    assert.deepEqual(heard(), ['slack: shop: high firing']);
  });

  test('is shown once to whom it is shown anyway', async (t) => {
    const { fail, pass, slack, heard } = await start(t, { routing: noRouting });
    for (let i = 0; i < 100; i++) slack.outcomes.push(refused);
    assert.deepEqual(taken(await fail({ service: 'web' })).toSorted(), [
      'mail: web: high firing',
      'pager: web: high firing',
    ]);
    await pass(10 * minute);
    assert.deepEqual(taken(heard()), []);
  });

  test('is no edit: who has seen the incident there needs no other, unless it is back', async (t) => {
    const { fail, record, pass, slack, heard, resolveAll } = await start(t);
    assert.deepEqual(await fail({ service: 'web' }), ['slack: web: high firing']);
    for (let i = 0; i < 100; i++) slack.outcomes.push(refused);
    await pass(minute);
    await record({ service: 'web' });
    await pass(minute);
    await resolveAll('web');
    await pass(minute);
    assert.deepEqual(taken(heard()), []);
    await record({ service: 'web', time: Date.UTC(2027, 0, 1) });
    await pass(minute);
    assert.deepEqual(taken(heard()), ['mail: REGRESSED] high firing']);
  });

  test('is told through the fallback of the fallback', async (t) => {
    const fallbacks = { slack: 'mail', mail: 'pager' };
    const { record, heard, slack, mail, timeline } = await start(t, { fallbacks });
    for (let i = 0; i < 10; i++) {
      slack.outcomes.push(refused);
      mail.outcomes.push({ ...refused, reason: 'no such mailbox' });
    }
    await record({ service: 'web' });
    assert.ok(heard().includes('pager: web: high firing'));
    assert.ok((await timeline('web')).includes('pager: fallback (mail could not be told: no such mailbox)'));
  });

  test('waits where it is to wait', async (t) => {
    const night = [
      { name: 'night', time_intervals: [{ times: [{ first: 0, last: 1439 }], location: 'UTC' }] },
    ];
    const { fail, pass, heard } = await start(t, {
      routing: {
        ...noRouting,
        time_intervals: night,
        route: routeSpec({
          receiver: 'pager',
          routes: [{ receiver: 'slack', mute_time_intervals: ['night'] }],
        }),
      },
      verifications: Array.from({ length: 100 }, () => refused),
    });
    assert.deepEqual(await fail({ service: 'web' }), []);
    await pass(minute);
    assert.deepEqual(heard(), []);
  });

  test('is told there when a silence ends that began while it was told here', async (t) => {
    const { record, pass, heard, slack, silences, store, clock, timeline } = await start(t);
    slack.outcomes.push({ kind: 'rejected', reason: 'msg_too_long' });
    let id = '';
    slack.meanwhile = async () => {
      const made = await silences.set({
        matchers: matchersOf('service=web'),
        startsAt: clock.now(),
        endsAt: clock.now() + 10 * minute,
        createdBy: 'alice',
        comment: 'known',
      });
      id = made.kind === 'set' ? made.id : '';
      while ((await store.calls.listDeliveries({ limit: 1, states: ['held'] })).items.length === 0);
    };
    await record({ service: 'web' });
    assert.deepEqual(taken(heard()), []);
    await pass(11 * minute);
    assert.deepEqual(taken(heard()), ['mail: web: high firing']);
    assert.deepEqual(await timeline('web'), [
      `slack: held (silenced by ${id})`,
      'slack: rejected (msg_too_long)',
      'mail: fallback (slack could not be told: msg_too_long)',
      `mail: held (silenced by ${id})`,
      `slack: released (no longer silenced by ${id})`,
      `mail: released (no longer silenced by ${id})`,
      'mail: sent',
    ]);
  });

  test('is told in fact after a dry run in which it would have been, unless it is over', async (t) => {
    const { record, pass, heard, slack, mail, setDryRun, resolveAll } = await start(t);
    for (let i = 0; i < 2; i++) slack.outcomes.push({ kind: 'rejected', reason: 'msg_too_long' });
    mail.outcomes.push({ kind: 'failed', reason: 'ECONNREFUSED' });
    await record({ service: 'web' }, { service: 'over' });
    await setDryRun(true);
    heard();
    await pass(minute);
    await resolveAll('over');
    assert.deepEqual(heard(), []);
    await setDryRun(false);
    await pass(minute);
    assert.deepEqual(taken(heard()), ['mail: web: high firing']);
  });

  test('is never its own failure', async (t) => {
    const own = { service: 'tocsin', component: 'notify', operation: notifyOperation('mail') };
    const { fail, heard, pass } = await start(t, {
      verifications: Array.from({ length: 100 }, () => refused),
    });
    assert.deepEqual(await fail(own, { service: 'web' }), ['mail: web: high firing']);
    await pass(minute);
    assert.deepEqual(heard(), []);
  });

  test('is told in a digest where there is too much of it, and all of it', async (t) => {
    const budget = { perHour: 60, burst: 4 };
    const obstacles = Array.from({ length: 1000 }, () => refused);
    const { record, mail, pass, store } = await start(t, { verifications: obstacles, budget });
    const many = Array.from({ length: 1200 }, (_, i) => ({ service: 'web', fingerprint: `1:${i}` }));
    for (let i = 0; i < many.length; i += 400) await record(...many.slice(i, i + 400));
    await pass(2 * minute);
    const posts = mail.shown.filter((each) => each.in === undefined);
    assert.ok(posts.length <= 6, String(posts.length));
    const query = { receiver: 'mail', limit: 1000 };
    const { items, nextCursor } = await store.calls.listDeliveries(query);
    const rest = await store.calls.listDeliveries({ ...query, cursor: nextCursor! });
    assert.equal(items.length + rest.items.length, 1200);
    const pending = await store.calls.countPending();
    assert.deepEqual(
      pending.map(({ receiver, pending: count }) => [receiver, count]),
      [['slack', 1200]],
    );
  });

  test('is told once also over restarts', async (t) => {
    const obstacles = [refused, refused];
    const first = await start(t, { verifications: obstacles });
    assert.deepEqual(await first.fail({ service: 'web' }), ['mail: web: high firing']);
    await first.stop();
    const again = { store: first.store, verifications: obstacles, now: first.clock.now() };
    const second = await start(t, again);
    await second.pass(500);
    assert.deepEqual(second.heard(), []);
    assert.deepEqual(await second.fail({ service: 'shop' }), ['mail: shop: high firing']);
  });
});
