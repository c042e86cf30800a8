import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Message } from '../../src/notify/message.ts';
import { metricsRequest, encode } from '../support/otlp-reference.ts';
import { kind } from '../support/otlp-builders.ts';
import { minute, second, watchedApp } from '../support/watched-app.ts';

function factOf(message: Message | undefined, name: string): string {
  const value = message?.facts.find((fact) => fact.name === name)?.value;
  return typeof value === 'string' ? value : '';
}

suite('an alert about what holds for a while', () => {
  test('is told when an app that was sending has stopped, and over with the first span', async (t) => {
    const { pass, keepAnswering, answer, heard } = await watchedApp(t);
    await keepAnswering(12);
    await pass(4 * minute);
    assert.deepEqual(heard(), []);
    await pass(minute + 15 * second);
    assert.deepEqual(heard(), ['[HIGH] shop (prod): Nothing is heard of it any more']);
    await pass(3 * 60 * minute);
    assert.deepEqual(heard(), []);
    await answer(1);
    await pass(minute);
    assert.deepEqual(heard(), ['[RESOLVED] shop (prod): Nothing is heard of it any more']);
  });

  test('is not told of an app that only sends metrics now', async (t) => {
    const { core, pass, keepAnswering, heard } = await watchedApp(t);
    await keepAnswering(12);
    for (let i = 0; i < 20; i++) {
      await core.acceptors.metrics.accept(encode(metricsRequest, { resourceMetrics: [] }));
      await pass(minute);
    }
    assert.deepEqual(heard(), []);
  });

  test('goes on when Tocsin is started anew, and is over once', async (t) => {
    const { clock, store, stop, pass, keepAnswering, heard } = await watchedApp(t);
    await keepAnswering(12);
    await pass(6 * minute);
    assert.equal(heard().length, 1);
    await stop();
    const again = await watchedApp(t, { clock, store });
    await again.pass(20 * minute);
    // It has received nothing, and that is the same silence.
    assert.deepEqual(again.heard(), []);
    await again.answer(1);
    await again.pass(minute);
    assert.deepEqual(again.heard(), ['[RESOLVED] shop (prod): Nothing is heard of it any more']);
  });

  test('is told when nothing came since the start', async (t) => {
    const { answer, pass, heard } = await watchedApp(t);
    await pass(9 * minute);
    assert.deepEqual(heard(), []);
    await pass(2 * minute);
    assert.deepEqual(heard(), ['[MEDIUM] Tocsin has received no telemetry since it was started']);
    await answer(1);
    await pass(minute);
    assert.deepEqual(heard(), ['[RESOLVED] Tocsin has received no telemetry since it was started']);
  });

  test('is told when too many calls fail of which no issue is told, and not of each operation as well', async (t) => {
    const { keepAnswering, heard, receiver } = await watchedApp(t, {
      rules: [{ name: 'NewIssue', enabled: false }],
    });
    await keepAnswering(10, 100);
    await keepAnswering(3, 100, 10);
    const [firing] = receiver.shown;
    assert.match(
      heard().join('; '),
      /^\[HIGH\] shop \(prod\): Too many calls fail: \d+(\.\d)? % \(\d+ of \d+\) in 5 min$/,
    );
    assert.match(factOf(firing?.message, 'Failed'), /^\d\.\d % \(\d+ of 6000\) in 5 min$/);
    await keepAnswering(12, 100);
    assert.deepEqual(heard(), ['[RESOLVED] shop (prod): Too many calls fail']);
  });

  test('is not told when an issue that is told explains it, and told when that is dealt with and it goes on', async (t) => {
    const { core, store, keepAnswering, heard, pass } = await watchedApp(t);
    await keepAnswering(5, 100);
    await keepAnswering(5, 100, 10);
    assert.deepEqual(heard(), ['[HIGH] shop (prod): GET /cart answered 500']);
    const { items } = await store.calls.listIncidents({ limit: 10 });
    const rates = items.filter(({ alertname }) => alertname === 'HighErrorRate');
    assert.equal(rates.length, 2);
    const held = await store.calls.listDeliveries({ limit: 10, states: ['held'] });
    assert.equal(held.items.length, 2);
    const [issue] = (await store.calls.listIssues({ limit: 1 })).items;
    await store.calls.changeIssue(issue!.id, { kind: 'ignore' }, 'alice', 0);
    core.alerting.wake();
    await pass(second);
    assert.equal(heard().length, 1);
    await keepAnswering(4, 100, 10);
    assert.deepEqual(heard(), []);
    await keepAnswering(2, 100, 10);
    assert.match(
      heard().join('; '),
      /^\[HIGH\] shop \(prod\): Too many calls fail: \d+(\.\d)? % \(\d+ of \d+\) in 5 min$/,
    );
  });

  test('is told of a job that fails again, and not a second time of one failure', async (t) => {
    const { clock, answer, pass, heard } = await watchedApp(t, {
      rules: [{ name: 'TelemetrySilent', enabled: false }],
    });
    const run = (failed: 0 | 1): Promise<void> =>
      answer(1, failed, {
        name: 'nightly',
        kind: kind.internal,
        attributes: { 'job.name': 'nightly' },
        endTimeUnixNano: String(BigInt(clock.now()) * 1_000_000n),
      });
    await run(1);
    await pass(minute);
    assert.deepEqual(heard(), ['[HIGH] shop (prod): nightly failed']);
    await pass(60 * minute);
    assert.deepEqual(heard(), ['[QUIET] shop (prod): nightly failed']);
    await run(1);
    await pass(minute);
    assert.deepEqual(heard(), ['[HIGH] shop (prod): The job nightly failed']);
    await run(0);
    await pass(minute);
    assert.deepEqual(heard(), ['[RESOLVED] shop (prod): The job nightly failed']);
  });

  test('is told of what a rule of the user’s own is about, with its labels', async (t) => {
    const { keepAnswering, heard, store } = await watchedApp(t, {
      rules: [
        { name: 'NewIssue', enabled: false },
        { name: 'HighErrorRate', enabled: false },
        {
          name: 'CartFails',
          over: 'events',
          where: ['operation="GET /cart"'],
          when: ['events>=10'],
          for: '30s',
          severity: 'critical',
          labels: { team: 'web' },
          annotations: { summary: '{{ events }} failures of {{ service }} for {{ team }}' },
        },
      ],
    });
    await keepAnswering(1, 10, 0);
    await keepAnswering(2, 10, 1);
    const told = heard();
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^\[CRITICAL\] shop \(prod\): 1\d failures of shop for web$/);
    const { items } = await store.calls.listIncidents({ limit: 10 });
    assert.deepEqual(items[0]?.labels, {
      alertname: 'CartFails',
      team: 'web',
      service: 'shop',
      environment: 'prod',
      severity: 'critical',
    });
    await keepAnswering(6, 10, 0);
    assert.match(heard().join('; '), /^\[RESOLVED\] shop \(prod\): \d+ failures of shop for web$/);
  });

  test('is told when Tocsin is not well for 2 minutes', async (t) => {
    const { unwell, keepAnswering, heard } = await watchedApp(t);
    unwell.push({ part: 'forward', detail: 'the back end does not answer' });
    await keepAnswering(1);
    assert.deepEqual(heard(), []);
    await keepAnswering(2);
    assert.deepEqual(heard(), ['[HIGH] tocsin: Tocsin itself is not well']);
  });

  test('is told of more issues than somebody can look at', async (t) => {
    const { core, keepAnswering, answer, heard } = await watchedApp(t, {
      rules: [
        { name: 'NewIssue', enabled: false },
        { name: 'UnresolvedIssuesHigh', threshold: 1, for: '1m' },
      ],
    });
    for (const name of ['GET /a', 'GET /b']) await answer(1, 1, { name });
    await keepAnswering(2);
    assert.deepEqual(heard(), ['[MEDIUM] More than 1 issues are not resolved: 2']);
    core.alerting.configure({ issues: { rules: {}, quietMillis: minute }, conditions: {}, own: [] });
    await keepAnswering(1);
    assert.deepEqual(heard(), ['[RESOLVED] More than 1 issues are not resolved']);
  });
});
