import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { minute, second, watchedApp } from '../support/watched-app.ts';

const rule = { over: 'calls', by: ['service', 'operation'], when: ['calls>0'] };

suite('very many alerts about conditions', () => {
  test('go on after a start, and end', async (t) => {
    const rules = Array.from({ length: 12 }, (_, i) => ({
      name: `Rule${i}`,
      ...rule,
      keep_firing_for: '2m',
    }));
    const { clock, store, stop, answer, pass } = await watchedApp(t, { rules });
    const firing = async (): Promise<number> =>
      (await store.calls.countFiring()).reduce((sum, { incidents }) => sum + incidents, 0);
    const callAll = async (call: typeof answer): Promise<void> => {
      for (let i = 0; i < 100; i++) await call(1, 0, { name: `GET /${i}` });
    };
    await callAll(answer);
    await pass(minute);
    assert.equal(await firing(), 1_200);
    await stop();
    const again = await watchedApp(t, { clock, store, rules });
    await callAll(again.answer);
    await again.pass(minute);
    assert.equal(await firing(), 1_200);
    await again.pass(10 * minute);
    assert.equal(await firing(), 0);
  });

  test('are those of the same things from one look to the next', async (t) => {
    const { store, answer, pass } = await watchedApp(t, { rules: [{ name: 'Rule', ...rule }] });
    for (let look = 0; look < 20; look++) {
      for (let i = 0; i < 150; i++)
        await answer(1 + ((i * 7919 + look * 104_729) % 3), 0, { name: `GET /${i}` });
      await pass(15 * second);
    }
    const { items } = await store.calls.listIncidents({ limit: 1000 });
    assert.equal(items.length, 100);
  });
});
