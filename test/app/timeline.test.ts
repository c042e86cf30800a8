import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { TimelineRecord } from '../../src/alerting/timeline.ts';
import type { RoutingOptions } from '../../src/alerting/routing/routing.ts';
import { noRouting } from '../../src/alerting/routing/routing.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { parseMatchers } from '../../src/match/parse-list.ts';
import { nightRoutes, startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const hour = 60 * minute;

async function start(t: TestContext, routing: RoutingOptions) {
  const store = new InlineStore();
  await store.start();
  const alerting = await startAlerting(routing, { store });
  t.after(async () => {
    await alerting.stop();
    await store.stop();
  });
  const read = async (service: string): Promise<readonly TimelineRecord[]> => {
    const { items } = await store.calls.listIncidents({ limit: 10, service });
    return (await store.calls.readTimeline(items[0]!.key))!;
  };
  /** `22:00 slack: held (why)`, and how often. */
  const told = async (service: string): Promise<string[]> =>
    (await read(service)).map(({ at, kind, receiver, count, reason, by, alertname }) => {
      const time = new Date(at).toISOString().slice(11, 16);
      const whose = receiver === undefined ? '' : `${receiver}: `;
      const why = reason ?? by ?? alertname;
      return `${time} ${whose}${kind}${count > 1 ? ` × ${count}` : ''}${why === undefined ? '' : ` (${why})`}`;
    });
  return { ...alerting, read, told };
}

suite('why was I, or not, told', () => {
  test('by which route, and why others were not', async (t) => {
    const { fail, read, told, pass, resolveAll } = await start(t, nightRoutes);
    await fail({ service: 'web', severity: 'critical' });
    await pass(minute);
    await fail({ service: 'web', severity: 'critical' });
    await pass(minute);
    await resolveAll('web');
    await pass(minute);
    const [raised, routed] = await read('web');
    assert.partialDeepStrictEqual(raised, {
      kind: 'raised',
      labels: { service: 'web', severity: 'critical' },
    });
    assert.partialDeepStrictEqual(routed, {
      kind: 'routed',
      routes: { pager: ['alerts.route.routes[0]'] },
      withheld: { slack: 'no route leads to it' },
    });
    assert.deepEqual(await told('web'), [
      '21:50 raised (NewIssue)',
      '21:50 routed',
      '21:50 pager: sent',
      '21:51 pager: edited',
      '21:52 resolved (alice)',
      '21:52 ended (resolved)',
      '21:52 pager: edited',
      '21:52 pager: replied (Resolved by alice.)',
    ]);
  });

  test('it was night', async (t) => {
    const { fail, told, pass, resolveAll } = await start(t, nightRoutes);
    await pass(15 * minute);
    await fail({ service: 'batch' });
    await fail({ service: 'batch', type: 'Other', fingerprint: '1:other' });
    assert.deepEqual(await told('batch'), [
      '22:05 raised (NewIssue)',
      '22:05 routed',
      '22:05 pager: held (muted: it is night)',
    ]);
    await resolveAll('batch');
    assert.deepEqual((await told('batch')).slice(3), [
      '22:05 resolved (alice)',
      '22:05 ended (resolved)',
      '22:05 pager: dropped (it ended before it was told)',
    ]);
  });

  test('the night went by', async (t) => {
    const { fail, told, pass } = await start(t, nightRoutes);
    await pass(15 * minute);
    for (let i = 0; i < 5; i++) {
      await fail({ service: 'batch' });
      await pass(29 * minute);
    }
    assert.deepEqual(await told('batch'), [
      '22:05 raised (NewIssue)',
      '22:05 routed',
      '22:05 pager: held (muted: it is night)',
      '00:00 pager: released (no longer muted: it is night)',
      '00:00 pager: sent',
      '00:01 pager: edited',
    ]);
  });

  test('another alert told the cause, as long as it went on', async (t) => {
    const { fail, told, store, loop, clock, pass } = await start(t, {
      ...noRouting,
      inhibit_rules: [
        { source: parseMatchers('type="Down"'), target: parseMatchers('type!="Down"'), equal: ['service'] },
      ],
    });
    await fail({ service: 'web', type: 'Down', fingerprint: '1:down', severity: 'critical' });
    await fail({ service: 'web' });
    const { items } = await store.calls.listIssues({ limit: 10, service: 'web' });
    const cause = items.find(({ type }) => type === 'Down')!;
    await store.calls.changeIssue(cause.id, { kind: 'ignore' }, 'alice', clock.now());
    loop.wake();
    await pass(minute);
    assert.deepEqual(
      (await told('web')).map((line) => line.replace(/[0-9a-f]{32}/, 'ID')),
      [
        '21:50 raised (NewIssue)',
        '21:50 routed',
        '21:50 slack: held (inhibited by ID)',
        '21:50 pager: held (inhibited by ID)',
        '21:50 slack: released (no longer inhibited by ID)',
        '21:50 pager: released (no longer inhibited by ID)',
        '21:50 slack: sent',
        '21:50 pager: sent',
      ],
    );
  });

  test('the receiver failed for an hour', async (t) => {
    const { fail, receivers, told, pass } = await start(t, nightRoutes);
    const [, pager] = receivers;
    for (let i = 0; i < 60; i++) pager!.outcomes.push({ kind: 'failed', reason: 'connect ECONNREFUSED' });
    pager!.outcomes.push({ kind: 'rejected', reason: 'msg_too_long' });
    await fail({ service: 'web', severity: 'critical' });
    await pass(hour);
    assert.deepEqual((await told('web')).slice(2), [
      '21:50 pager: failed × 36 (connect ECONNREFUSED)',
      '22:20 ended (quiet)',
      '22:21 pager: failed × 24 (connect ECONNREFUSED)',
      '22:45 pager: rejected (msg_too_long)',
    ]);
  });
});
