import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { WantedSilence } from '../../src/alerting/silences/silence.ts';
import { silenceOf } from '../../src/alerting/silences/silence-incident.ts';
import { noRouting, type RoutingOptions } from '../../src/alerting/routing/routing.ts';
import { parseMatchers } from '../../src/match/parse-list.ts';
import { matchersOf } from '../alerting/silences/support.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const toSlack: RoutingOptions = { ...noRouting, route: routeSpec({ receiver: 'slack' }) };

async function start(t: TestContext, given: Parameters<typeof startAlerting>[1] = {}, routing = toSlack) {
  const started = await startAlerting(routing, given);
  const { clock, store, silences, pass, log, stop } = started;
  t.after(async () => {
    await stop();
    assert.deepEqual(log.errors, []);
  });
  /** From now on, or in so many minutes, for ten minutes. */
  const silence = async (matchers: string, given: Partial<WantedSilence> = {}, inMinutes = 0) => {
    const startsAt = clock.now() + inMinutes * minute;
    const made = await silences.set({
      matchers: matchersOf(matchers),
      startsAt,
      endsAt: startsAt + 10 * minute,
      createdBy: 'alice',
      comment: 'known',
      ...given,
    });
    assert.equal(made.kind, 'set', JSON.stringify(made));
    await pass(1);
    return made.kind === 'set' ? made.id : '';
  };
  const heldBy = async (): Promise<(string | undefined)[]> => {
    const { items } = await store.calls.listDeliveries({ limit: 10, states: ['held'] });
    return items.map(({ heldBy }) => heldBy);
  };
  return { ...started, silence, heldBy };
}

suite('an incident that is silenced', () => {
  test('is not told, says so, and is told at the end of the silence if it still fires', async (t) => {
    const { clock, silence, fail, heldBy, heard, pass } = await start(t);
    // At no time at which there is something else to do.
    const endsAt = clock.now() + 10 * minute + 7_123;
    const id = await silence('service=shop', { endsAt });
    assert.deepEqual(await fail({ service: 'shop' }, { service: 'till' }), ['slack: till: high firing']);
    assert.deepEqual(await heldBy(), [`silenced by ${id}`]);
    await clock.advanceTo(endsAt - 1);
    assert.deepEqual(heard(), []);
    await pass(2);
    assert.deepEqual(heard(), ['slack: shop: high firing']);
    assert.deepEqual(await heldBy(), []);
  });

  test('is never told if it is over by then', async (t) => {
    const { silence, fail, resolveAll, heard, pass } = await start(t);
    await silence('service=shop');
    await fail({ service: 'shop' });
    await resolveAll('shop');
    await pass(60 * minute);
    assert.deepEqual(heard(), []);
  });

  test('of which people were told before is told to be over when the silence is', async (t) => {
    const { silence, fail, resolveAll, heard, pass } = await start(t);
    assert.deepEqual(await fail({ service: 'shop' }), ['slack: shop: high firing']);
    await silence('service=shop');
    await resolveAll('shop');
    await pass(9 * minute);
    assert.deepEqual(heard(), []);
    await pass(minute);
    assert.deepEqual(heard(), ['slack again: shop: high ended']);
  });

  test('is told when somebody ends the silence, at once', async (t) => {
    const { silence, silences, fail, heard, pass } = await start(t);
    const id = await silence('service=shop');
    await fail({ service: 'shop' });
    assert.equal(await silences.expire(id), true);
    await pass(0);
    assert.deepEqual(heard(), ['slack: shop: high firing']);
  });

  test('is told when somebody says that it is no more about this one, at once', async (t) => {
    const { silence, fail, heard, heldBy } = await start(t);
    const id = await silence('service=shop');
    await fail({ service: 'shop' });
    const other = await silence('service=till', { id });
    assert.notEqual(other, id);
    assert.deepEqual(heard(), ['slack: shop: high firing']);
    assert.deepEqual(await heldBy(), []);
  });

  test('waits for longer if somebody says so', async (t) => {
    const { clock, silence, fail, heard, pass } = await start(t);
    const startsAt = clock.now();
    const id = await silence('service=shop', { startsAt });
    await fail({ service: 'shop' });
    assert.equal(await silence('service=shop', { id, startsAt, endsAt: startsAt + 25 * minute }), id);
    await pass(20 * minute);
    assert.deepEqual(heard(), []);
    await pass(5 * minute);
    assert.deepEqual(heard(), ['slack: shop: high firing']);
  });

  test('waits until the last of several silences is over', async (t) => {
    const { silence, fail, heldBy, heard, pass } = await start(t);
    const first = await silence('service=shop');
    await fail({ service: 'shop' });
    const second = await silence('severity=high', {}, 5);
    assert.deepEqual(await heldBy(), [`silenced by ${first}`]);
    await pass(6 * minute);
    assert.deepEqual(await heldBy(), [`silenced by ${second}`]);
    await pass(6 * minute);
    assert.deepEqual(heard(), []);
    await pass(4 * minute);
    assert.deepEqual(heard(), ['slack: shop: high firing']);
  });

  test('and inhibited is told when neither holds it any more', async (t) => {
    const source = parseMatchers('severity=critical');
    const inhibit_rules = [{ source, target: parseMatchers('severity=high'), equal: ['service'] }];
    const { silence, fail, heldBy, pass, resolveAll, heard } = await start(
      t,
      {},
      { ...toSlack, inhibit_rules },
    );
    await fail({ service: 'shop', severity: 'critical' });
    const id = await silence('severity=high');
    await fail({ service: 'shop' });
    assert.deepEqual(await heldBy(), [`silenced by ${id}`]);
    await pass(10 * minute);
    assert.match((await heldBy()).join(), /^inhibited by [0-9a-f]{32}$/);
    await resolveAll('shop');
    await pass(minute);
    assert.deepEqual(heard(), ['slack again: shop: critical ended']);
  });
});

suite('a silence', () => {
  test('that is to begin later holds nothing back until then', async (t) => {
    const { silence, fail, heard, pass } = await start(t);
    await silence('service=shop', {}, 5);
    assert.deepEqual(await fail({ service: 'shop' }), ['slack: shop: high firing']);
    await pass(5 * minute);
    heard();
    assert.deepEqual(await fail({ service: 'shop', fingerprint: '1:other' }), []);
    await pass(10 * minute);
    assert.ok(heard().includes('slack: shop: high firing'));
  });

  test('is known after a restart, and one that ended meanwhile holds nothing back any more', async (t) => {
    const first = await start(t);
    await first.silence('service=shop');
    await first.silence('service=till', { endsAt: first.clock.now() + 60 * minute });
    await first.fail({ service: 'shop' }, { service: 'till' });
    await first.stop();
    const second = await start(t, { store: first.store, at: first.clock.now() + 5 * minute });
    assert.equal((await second.silences.list()).length, 2);
    assert.deepEqual(second.heard(), []);
    await second.stop();
    const { heard } = await start(t, { store: first.store, at: first.clock.now() + 11 * minute });
    assert.deepEqual(heard(), ['slack: shop: high firing']);
  });

  test('waits for the next digest if the silence ends while one is told', async (t) => {
    const { record, silence, silences, receivers, store, pass } = await start(t, {
      budget: { perHour: 4, burst: 1 },
    });
    const slack = receivers[0]!;
    // The first digest, and what waits for the next one.
    for (const service of ['alone', 'first', 'shop', 'till']) await record({ service });
    const id = await silence('service=shop');
    slack.meanwhile = async () => {
      await silences.expire(id);
      while ((await store.calls.listDeliveries({ limit: 1, states: ['held'] })).items.length > 0);
    };
    slack.shown.length = 0;
    await pass(5 * minute);
    const digests = slack.shown.map(({ message }) => message.summary.replace(/ in .* min/, ''));
    assert.deepEqual(digests, [
      '[HIGH] 2 more incidents, of till, first',
      '[HIGH] 3 more incidents, of shop, first, till',
    ]);
    const { items } = await store.calls.listIncidents({ limit: 1, service: 'shop' });
    const timeline = (await store.calls.readTimeline(items[0]!.key))!;
    assert.deepEqual(
      timeline.map(({ kind }) => kind),
      ['raised', 'routed', 'over budget', 'held', 'released', 'digested'],
    );
  });

  test('whose end comes with that of the incident leaves nothing to be told', async (t) => {
    const first = await start(t);
    await first.silence('service=shop');
    await first.fail({ service: 'shop' });
    const { clock, store } = first;
    await first.stop();
    const [{ id } = { id: '' }] = (await store.calls.listIssues({ limit: 1 })).items;
    const at = clock.now() + 11 * minute;
    await store.calls.changeIssue(id, { kind: 'resolve', inNextVersion: false }, 'alice', at);
    const { heard, pass } = await start(t, { store, at });
    await pass(minute);
    assert.deepEqual(heard(), []);
  });

  test('holds nothing back any more when it is gone with the store', async (t) => {
    const { silence, fail, loop, store } = await start(t);
    await silence('service=shop');
    await store.stop();
    await store.start();
    loop.storeReplaced();
    assert.deepEqual(await fail({ service: 'shop' }), ['slack: shop: high firing']);
  });

  test('of one incident holds back that one alone', async (t) => {
    const { clock, store, silences, fail } = await start(t);
    await fail({ service: 'shop' });
    const [incident] = (await store.calls.listIncidents({ limit: 1 })).items;
    const reason = { createdBy: 'alice', comment: 'by a button', durationMillis: 60 * minute };
    assert.equal((await silences.set(silenceOf(incident!, reason, clock.now()))).kind, 'set');
    assert.deepEqual(await fail({ service: 'shop' }, { service: 'shop', fingerprint: '1:other' }), [
      'slack: shop: high firing',
    ]);
  });

  test('is seen at the alerts that fire, at once', async (t) => {
    const { clock, silences, fail, loop } = await start(t);
    await fail({ service: 'shop' }, { service: 'till' });
    const reason = { createdBy: 'alice', comment: 'known' };
    const times = { startsAt: clock.now(), endsAt: clock.now() + minute };
    const made = await silences.set({ ...reason, ...times, matchers: matchersOf('service=shop') });
    const seen: Record<string, readonly string[]> = {};
    for await (const { incident, silencedBy } of loop.firing())
      seen[incident.labels['service']!] = silencedBy;
    assert.deepEqual(seen, { shop: [made.kind === 'set' ? made.id : ''], till: [] });
  });

  test('that cannot be made says why, and holds nothing back', async (t) => {
    const { silences, clock, fail } = await start(t);
    const now = clock.now();
    const given = { createdBy: 'alice', comment: 'all', matchers: matchersOf('service=~".*"') };
    const answer = await silences.set({ ...given, startsAt: now, endsAt: now + minute });
    assert.equal(answer.kind, 'invalid');
    assert.equal((await fail({ service: 'shop' })).length, 1);
  });
});
