import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import { kind, type SpanSpec } from '../support/otlp-builders.ts';
import { minute, watchedApp } from '../support/watched-app.ts';

const rules = ['TelemetrySilent', 'NeverReceived'].map((name) => ({ name, enabled: false }));
const expected = { expected: [{ name: 'shop', where: ['service="shop"'] }] };

function run(clock: VirtualClock): Partial<SpanSpec> {
  const endTimeUnixNano = String(BigInt(clock.now()) * 1_000_000n);
  return { name: 'nightly', kind: kind.internal, attributes: { 'job.name': 'nightly' }, endTimeUnixNano };
}

suite('nobody is told', () => {
  test('of a rate of failures that are expected', async (t) => {
    const { keepAnswering, heard } = await watchedApp(t, { errors: expected });
    await keepAnswering(10, 100, 10);
    assert.deepEqual(heard(), []);
  });

  test('of a job whose failure is expected, nor after a start', async (t) => {
    const { clock, store, stop, answer, pass, heard } = await watchedApp(t, { rules, errors: expected });
    await answer(1, 1, run(clock));
    await pass(minute);
    assert.deepEqual(heard(), []);
    await stop();
    const again = await watchedApp(t, { clock, store, rules, errors: expected });
    await again.pass(minute);
    assert.deepEqual(again.heard(), []);
  });

  test('of a job that fails as it is ignored to do', async (t) => {
    const { clock, core, store, answer, pass, heard } = await watchedApp(t, { rules });
    await answer(1, 1, run(clock));
    await pass(minute);
    const [issue] = (await store.calls.listIssues({ limit: 1 })).items;
    await store.calls.changeIssue(issue!.id, { kind: 'ignore' }, 'alice', 0);
    core.alerting.wake();
    await pass(minute);
    heard();
    await answer(1, 1, run(clock));
    await pass(minute);
    assert.deepEqual(heard(), []);
  });

  test('of what goes on in an environment whose failures are ignored', async (t) => {
    const errors = { environments_ignored: ['prod'] };
    const { clock, answer, keepAnswering, pass, heard } = await watchedApp(t, { errors });
    await answer(1, 1, run(clock));
    await keepAnswering(12, 100, 10);
    await pass(20 * minute);
    assert.deepEqual(heard(), []);
  });
});
