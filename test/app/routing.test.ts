import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { noRouting, type RoutingOptions } from '../../src/alerting/routing/routing.ts';
import { parseMatchers } from '../../src/match/parse-list.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { nightRoutes as tree, startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const evening = Date.parse('2026-11-30T21:50Z');
const critical = 'critical' as const;
const resolve = { kind: 'resolve', inNextVersion: false } as const;

async function start(
  t: TestContext,
  routing: RoutingOptions,
  given: Parameters<typeof startAlerting>[1] = {},
) {
  const started = await startAlerting(routing, given);
  t.after(async () => {
    await started.stop();
    assert.equal(started.log.errors.length, given.failSteps ?? 0, started.log.errors.join('\n'));
  });
  return started;
}

suite('an incident', () => {
  test('goes to the receivers that its route names, and to all of them without routes', async (t) => {
    const { fail, loop, pass, heard } = await start(t, tree);
    assert.deepEqual(await fail({ service: 'shop' }), ['slack: shop: high firing']);
    assert.deepEqual(await fail({ service: 'shop', severity: critical }), ['pager: shop: critical firing']);
    loop.route(noRouting);
    await pass(300);
    assert.deepEqual(heard().sort(), ['pager: shop: high firing', 'slack: shop: critical firing']);
    assert.equal((await fail({ service: 'till' })).length, 2);
  });

  test('goes on where it was told, and to others as well, when it becomes another alert', async (t) => {
    const { fail, pass, heard } = await start(t, tree);
    await fail({ service: 'shop', fingerprint: '1:x' });
    const worse = await fail({ service: 'shop', fingerprint: '1:x', severity: critical });
    await pass(minute);
    assert.deepEqual([...worse, ...heard()].sort(), [
      'pager: shop: critical firing',
      'slack again: shop: critical firing',
    ]);
  });

  test('waits in a time in which its route is muted, and is told when that is over', async (t) => {
    const { clock, fail, heard } = await start(t, tree);
    await clock.advanceTo(Date.parse('2026-11-30T22:00Z'));
    assert.deepEqual(await fail({ service: 'batch' }), []);
    assert.deepEqual(await fail({ service: 'batch', severity: critical }), ['pager: batch: critical firing']);
    // Heard of again and again: it would be over otherwise.
    for (let i = 0; i < 8; i++) {
      await clock.advanceTo(Date.parse('2026-11-30T22:00Z') + i * 15 * minute);
      await fail({ service: 'batch' });
    }
    heard();
    await clock.advanceTo(Date.parse('2026-11-30T23:59:59Z'));
    assert.deepEqual(heard(), []);
    await clock.advanceTo(Date.parse('2026-12-01T00:00:01Z'));
    assert.deepEqual(heard(), ['pager: batch: high firing']);
  });

  test('is never told if it is over by then, and its end is if it was told before', async (t) => {
    const { clock, fail, resolveAll, heard } = await start(t, tree);
    assert.deepEqual(await fail({ service: 'batch' }), ['pager: batch: high firing']);
    await clock.advanceTo(Date.parse('2026-11-30T22:00:10Z'));
    assert.deepEqual(await fail({ service: 'batch', fingerprint: '1:other' }), []);
    await resolveAll('batch');
    await clock.advanceTo(Date.parse('2026-11-30T23:59:59Z'));
    assert.deepEqual(heard(), []);
    await clock.advanceTo(Date.parse('2026-12-01T00:01Z'));
    assert.deepEqual(heard(), ['pager again: batch: high ended']);
  });

  test('waits though it was to be told before, if its receiver could not be reached by then', async (t) => {
    const { clock, receivers, fail, heard } = await start(t, tree);
    const { outcomes } = receivers[1]!;
    for (let i = 0; i < 100; i++) outcomes.push({ kind: 'failed', reason: 'down' });
    await fail({ service: 'batch' });
    await clock.advanceTo(Date.parse('2026-11-30T22:00:01Z'));
    outcomes.length = 0;
    assert.ok(heard().length > 1);
    await clock.advanceTo(Date.parse('2026-11-30T22:15Z'));
    assert.deepEqual(heard(), []);
  });
});

suite('an alert that inhibits another', () => {
  const inhibit: RoutingOptions = {
    ...noRouting,
    route: routeSpec({ receiver: 'slack' }),
    inhibit_rules: [
      {
        source: parseMatchers('severity="critical"'),
        target: parseMatchers('severity="high"'),
        equal: ['service'],
      },
    ],
  };

  test('is told alone, also if both come at once, and the other when it is over', async (t) => {
    const { fail, resolveAll, store, clock, loop, pass, heard } = await start(t, inhibit);
    const both = [{ service: 'shop' }, { service: 'shop', severity: critical }];
    assert.deepEqual(await fail(...both, { service: 'till' }), [
      'slack: shop: critical firing',
      'slack: till: high firing',
    ]);
    const { items } = await store.calls.listDeliveries({ limit: 10, states: ['held'] });
    assert.match(items[0]!.heldBy!, /^inhibited by [0-9a-f]{32}$/);
    const [cause] = (await store.calls.listIssues({ limit: 1, severities: [critical] })).items;
    await store.calls.changeIssue(cause!.id, resolve, 'alice', clock.now());
    loop.wake();
    await pass(5_300);
    assert.deepEqual(heard(), ['slack again: shop: critical ended', 'slack: shop: high firing']);
    await resolveAll('shop');
    assert.deepEqual(heard(), ['slack again: shop: high ended']);
  });

  test('is known after a restart', async (t) => {
    const first = await start(t, inhibit);
    await first.fail({ service: 'shop', severity: critical });
    await first.stop();
    const { fail } = await start(t, inhibit, { store: first.store });
    assert.deepEqual(await fail({ service: 'shop' }), []);
  });

  test('does so no longer when it is gone with the store', async (t) => {
    const { fail, loop, store } = await start(t, inhibit);
    await fail({ service: 'shop', severity: critical });
    await store.stop();
    await store.start();
    loop.storeReplaced();
    assert.deepEqual(await fail({ service: 'shop' }), ['slack: shop: high firing']);
  });

  test('does so only once it is stored', async (t) => {
    const { fail, store } = await start(t, inhibit, { failSteps: 1 });
    assert.deepEqual(await fail({ service: 'shop', severity: critical }), []);
    // Nobody has told the store of it, and it is none any more.
    const [cause] = (await store.calls.listIssues({ limit: 1 })).items;
    await store.calls.changeIssue(cause!.id, resolve, 'alice', evening);
    assert.deepEqual(await fail({ service: 'shop' }), ['slack: shop: high firing']);
  });

  test('does so as the configuration says that came while it was looked at what fires', async (t) => {
    const { fail, loop, pass, heard } = await start(t, inhibit);
    await fail({ service: 'shop', severity: critical });
    loop.route(noRouting);
    loop.route(inhibit);
    loop.route(tree);
    loop.route(inhibit);
    assert.deepEqual(await fail({ service: 'shop' }), []);
    loop.route(noRouting);
    await pass(300);
    assert.deepEqual(heard().sort(), [
      'pager: shop: critical firing',
      'pager: shop: high firing',
      'slack: shop: high firing',
    ]);
  });

  test('does so for no other alerts when the rule is taken away', async (t) => {
    const { fail, loop, pass, heard } = await start(t, inhibit);
    await fail({ service: 'shop', severity: critical });
    assert.deepEqual(await fail({ service: 'shop' }), []);
    loop.route({ ...inhibit, inhibit_rules: [] });
    await pass(300);
    assert.deepEqual(heard(), ['slack: shop: high firing']);
  });
});
