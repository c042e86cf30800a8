import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noRouting } from '../../src/alerting/routing/routing.ts';
import type { PostedAlert } from '../../src/alerting/posted/posted-alert.ts';
import { parseMatchers } from '../../src/match/parse-list.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { startAlerting } from './routed-alerting.ts';

const minute = 60_000;

suite('alerts of others', () => {
  const alert = (now: number, given: Partial<PostedAlert> = {}): PostedAlert => ({
    labels: { alertname: 'DiskFull', service: 'db', team: 'ops' },
    annotations: { summary: 'Full' },
    startsAt: undefined,
    endsAt: now + 4 * minute,
    generatorURL: '',
    ...given,
  });
  const routing = {
    ...noRouting,
    route: routeSpec({ receiver: 'slack', routes: [{ matchers: ['team=ops'], receiver: 'pager' }] }),
  };

  test('go by the same routes, and are over when they are not posted again', async (t) => {
    const { clock, loop, pass, heard, stop } = await startAlerting(routing);
    t.after(stop);
    const posted = loop.post([alert(clock.now())]);
    await pass(0);
    await posted;
    assert.deepEqual(heard(), ['pager: db: high firing']);
    await pass(5 * minute);
    assert.deepEqual(heard(), ['pager again: db: high ended']);
  });

  test('are silenced, and stand after a restart until it is known that they are over', async (t) => {
    const first = await startAlerting(routing);
    const { clock, loop, pass, silences, store } = first;
    const taken = loop.post([alert(clock.now())]);
    await pass(0);
    await taken;
    const matchers = parseMatchers('team=ops').map(({ name, value }) => ({
      name,
      operator: '=' as const,
      value,
    }));
    const times = { startsAt: clock.now(), endsAt: clock.now() + minute };
    await silences.set({ matchers, ...times, createdBy: 'alice', comment: 'known' });
    assert.deepEqual(first.heard(), ['pager: db: high firing']);
    await first.stop();
    const second = await startAlerting(routing, { store, at: clock.now() });
    t.after(second.stop);
    await second.pass(2 * minute);
    assert.deepEqual(second.heard(), []);
    await second.pass(4 * minute);
    assert.deepEqual(second.heard(), ['pager again: db: high ended']);
  });

  test('that cannot be stored are not taken', async (t) => {
    const { clock, loop, pass, heard, stop } = await startAlerting(routing, { failSteps: 1 });
    t.after(stop);
    const failed = assert.rejects(loop.post([alert(clock.now())]), /full/);
    await pass(0);
    await failed;
    await pass(minute);
    assert.deepEqual(heard(), []);
    const again = loop.post([alert(clock.now())]);
    await pass(minute);
    await again;
    assert.deepEqual(heard(), ['pager: db: high firing']);
  });
});
