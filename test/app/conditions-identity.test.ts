import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { rulesOf, rulesSchema } from '../../src/alerting/rules-config.ts';
import type { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import { kind, type SpanSpec } from '../support/otlp-builders.ts';
import { minute, watchedApp } from '../support/watched-app.ts';

const hour = 60 * minute;
const rules = ['TelemetrySilent', 'NeverReceived', 'NewIssue'].map((name) => ({ name, enabled: false }));

/** A run of a job that ends now. */
function run(clock: VirtualClock): Partial<SpanSpec> {
  const endTimeUnixNano = String(BigInt(clock.now()) * 1_000_000n);
  return { name: 'nightly', kind: kind.internal, attributes: { 'job.name': 'nightly' }, endTimeUnixNano };
}

suite('an alert about a condition is the same one', () => {
  test('after a start, though nothing was heard of the app yet, and days later', async (t) => {
    const { clock, store, stop, pass, answer, heard } = await watchedApp(t, { rules });
    await answer(1, 1, run(clock));
    await pass(minute);
    assert.deepEqual(heard(), ['[HIGH] shop (prod): The job nightly failed']);
    await stop();
    const again = await watchedApp(t, { clock, store, rules });
    await again.pass(50 * hour);
    assert.deepEqual(again.heard(), []);
    await again.answer(1, 0, run(clock));
    await again.pass(minute);
    assert.deepEqual(again.heard(), ['[RESOLVED] shop (prod): The job nightly failed']);
  });

  test('after a start, though what it goes by is counted anew', async (t) => {
    const own = [...rules, { name: 'Many', over: 'calls', when: ['calls>100'] }];
    const { clock, store, stop, keepAnswering, heard } = await watchedApp(t, { rules: own });
    await keepAnswering(5, 4);
    assert.deepEqual(heard(), ['[HIGH] shop (prod): Many']);
    await stop();
    const again = await watchedApp(t, { clock, store, rules: own });
    await again.keepAnswering(10, 4);
    assert.deepEqual(again.heard(), []);
    await again.keepAnswering(6, 1);
    assert.deepEqual(again.heard(), ['[RESOLVED] shop (prod): Many']);
  });

  test('when a second environment of the app is heard of', async (t) => {
    const { keepAnswering, answer, heard } = await watchedApp(t, { rules });
    await keepAnswering(6, 100, 10);
    assert.equal(heard().length, 1);
    await answer(1, 0, {}, { 'deployment.environment.name': 'staging' });
    await keepAnswering(10, 100, 10);
    assert.deepEqual(heard(), []);
  });

  test('when its rule has other labels, which are those it is routed by from then on', async (t) => {
    const rule = { name: 'Many', over: 'calls', when: ['calls>5'] };
    const { core, store, keepAnswering, heard } = await watchedApp(t, {
      rules: [{ ...rule, labels: { team: 'web' } }],
    });
    await keepAnswering(2.5, 10);
    assert.equal(heard().length, 1);
    core.alerting.configure(rulesOf(rulesSchema.parse([{ ...rule, labels: { team: 'shop' } }])));
    await keepAnswering(0.25, 10);
    const { items } = await store.calls.listIncidents({ limit: 10 });
    assert.deepEqual(
      items.map(({ labels, state }) => [labels['team'], state]),
      [['shop', 'firing']],
    );
  });
});
