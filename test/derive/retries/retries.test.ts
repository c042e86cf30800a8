import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { outcome } from '../../../src/derive/client-calls/outcome.ts';
import { newPlace } from '../../../src/derive/client-calls/place.ts';
import { Methods } from '../../../src/derive/client-calls/methods.ts';
import { mostParents } from '../../../src/derive/retries/parents.ts';
import { Retries } from '../../../src/derive/retries/retries.ts';
import { RetryMetrics } from '../../../src/derive/retries/retry-metrics.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { SpanView } from '../../../src/otlp/span-view.ts';
import { TraceScanner } from '../../../src/otlp/trace-scanner.ts';
import { usualRedactor } from '../../../src/redact/redactor.ts';
import { traceRequestBytes } from '../../support/otlp-builders.ts';
import { TestClock } from '../../support/test-clock.ts';

suite('retries', () => {
  test('let calls wait again whose parent is forgotten before they are looked at', () => {
    const clock = new TestClock();
    const registry = new MetricRegistry(clock);
    const retries = new Retries({
      clock,
      metrics: new RetryMetrics(registry, new SeriesBudget(1_000)),
      methods: new Methods(() => usualRedactor),
      options: { siblingGapMillis: 60_000, orphanGapMillis: 10_000 },
      onEvicted: () => undefined,
    });
    const span = new SpanView();
    span.open(new TraceScanner().scan(traceRequestBytes([{ id: 1 }])));
    const parent = 7;
    const inItsPlace = [7 + mostParents, 7 + 2 * mostParents];
    const call = { place: newPlace('shop', 'pay', 0), operation: 1, method: 0, weight: 1, isMarked: false };
    const at = (startMillis: number) => ({ startMillis, endMillis: startMillis + 5, idEnd: startMillis });
    const common = { ...call, parentHash: parent, instance: 1 };
    retries.begin();
    retries.add({ ...common, ...at(10), outcome: outcome.failure, reason: 'http_5xx', parentHash: 3 });
    retries.add({ ...common, ...at(20), outcome: outcome.success, reason: undefined });
    assert.equal(retries.awaits(parent), true);
    assert.equal(retries.learnParent(parent, 0, span), true);
    for (const other of inItsPlace) retries.learnParent(other, 0, span);
    retries.parentCame(parent);
    assert.equal(retries.awaits(parent), true);
    retries.learnParent(parent, 0, span);
    retries.parentCame(parent);
    assert.equal(retries.awaits(parent), false);
  });

  test('count those that are forgotten too soon, and none that lost to another', () => {
    const clock = new TestClock();
    let evicted = 0;
    const retries = new Retries({
      clock,
      metrics: new RetryMetrics(new MetricRegistry(clock), new SeriesBudget(1_000)),
      methods: new Methods(() => usualRedactor),
      options: { siblingGapMillis: 60_000, orphanGapMillis: 10_000 },
      onEvicted: () => evicted++,
      mostAttempts: 8,
    });
    const common = {
      place: newPlace('shop', 'pay', 0),
      method: 0,
      weight: 1,
      isMarked: false,
      parentHash: 0,
      instance: 1,
    };
    const call = (startMillis: number, endMillis: number, became: 'aborted' | 'success', operation = 1) =>
      retries.add({
        ...common,
        operation,
        startMillis,
        endMillis,
        idEnd: startMillis,
        outcome: outcome[became],
        reason: became === 'aborted' ? 'aborted' : undefined,
      });
    retries.begin();
    call(0, 152, 'aborted');
    call(100, 150, 'success');
    call(200, 210, 'aborted', 2);
    for (let i = 0; i < 8; i++) call(1_000 + i, 1_001 + i, 'success', 3);
    assert.equal(evicted, 1);
  });
});
