import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { Events, fates } from '../../src/telemetry/events.ts';
import { RecordingLog } from '../support/recording-log.ts';

function setUp(maxLines = 1000) {
  const registry = new MetricRegistry();
  const events = new Events(registry, new RecordingLog(), new SeriesBudget(maxLines));
  return { events, text: () => [...registry.expose()].join('') };
}

suite('the counters of Tocsin itself', () => {
  test('are there at 0 where their labels can be listed', () => {
    const { events, text } = setUp();
    events.receiverKnown('slack');
    events.noiseRuleKnown('health-checks');
    for (const fate of fates)
      assert.match(text(), new RegExp(`tocsin_ledger_total\\{signal="spans",fate="${fate}"} 0\n`));
    for (const outcome of ['delivered', 'throttled', 'failed', 'gone', 'rejected', 'refused']) {
      assert.match(
        text(),
        new RegExp(`tocsin_notifications_total\\{receiver="slack",outcome="${outcome}"} 0\n`),
      );
    }
    assert.match(text(), /tocsin_noise_spans_dropped_total\{rule="health-checks"} 0\n/);
    for (const protocol of ['http/protobuf', 'http/json']) {
      for (const code of [200, 400, 413, 503]) {
        const labels = `signal="traces",protocol="${protocol}",code="${code}"`;
        assert.ok(text().includes(`tocsin_intake_requests_total{${labels}} 0\n`), labels);
      }
    }
    assert.match(text(), /tocsin_series_dropped_total 0\n/);
  });

  test('count each observation that had no series of its own, once', () => {
    const { events, text } = setUp(4);
    for (const service of ['a', 'b', 'c', 'c', 'd']) events.failures.stored(service, 'high', 'unknown');
    assert.match(text(), /tocsin_error_events_total\{otel_metric_overflow="true"} 3\n/);
    assert.match(text(), /tocsin_series_dropped_total 3\n/);
    assert.match(text(), /tocsin_series_dropped_total 3\n/, 'and not again with each scrape');
  });

  test('observe when people were told of an incident first, whoever it was', () => {
    const { events, text } = setUp();
    events.incidentTold('one', 'shop', 1500);
    events.incidentTold('one', 'shop', 60_000);
    events.incidentTold('two', 'shop', 4000);
    assert.match(text(), /tocsin_detection_delay_seconds_bucket\{service_name="shop",le="2"} 1\n/);
    assert.match(text(), /tocsin_detection_delay_seconds_sum\{service_name="shop"} 5.5\n/);
    assert.match(text(), /tocsin_detection_delay_seconds_count\{service_name="shop"} 2\n/);
  });

  test('remember a bounded number of incidents', () => {
    const { events, text } = setUp();
    for (let i = 0; i < 2000; i++) events.incidentTold(String(i), 'shop', 0);
    events.incidentTold('1999', 'shop', 0);
    assert.match(text(), /_count\{service_name="shop"} 2000\n/);
    events.incidentTold('0', 'shop', 0);
    assert.match(text(), /_count\{service_name="shop"} 2001\n/);
  });
});
