import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Reported } from '../../src/derive/reported/reported.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { MetricPipeline } from '../../src/pipeline/metric-pipeline.ts';
import { ResourceReader } from '../../src/pipeline/resource-facts.ts';
import { Events } from '../../src/telemetry/events.ts';
import { type MetricSpec, metricsRequestBytes } from '../support/metric-builders.ts';
import { RecordingLog } from '../support/recording-log.ts';

const known: MetricSpec = {
  name: 'grpc.client.call.retries',
  kind: 'histogram',
  points: [{ count: 1, sum: 2 }],
};
const other: MetricSpec = { name: 'jvm.memory.used', kind: 'gauge', points: [{ value: 1 }, { value: 2 }] };

function setUp() {
  const told: string[] = [];
  const reported: Pick<Reported, 'metric' | 'leftOut'> = {
    metric: (name, points, { service }) => {
      told.push(`${service} ${name} ${Array.from(points, ({ sum }) => sum).join(' ')}`);
    },
    leftOut: (metrics) => {
      if (metrics > 0) told.push(`left out ${metrics}`);
    },
  };
  const events = new Events(new MetricRegistry(), new RecordingLog(), new SeriesBudget(100));
  const resources = new ResourceReader();
  return { told, events, pipeline: new MetricPipeline({ events, resources, reported }) };
}

suite('a request of metrics', () => {
  test('is counted, and what is known of it is told to who reads it', async () => {
    const { told, events, pipeline } = setUp();
    const accepted = await pipeline.accept(metricsRequestBytes([other, known, other, known]));
    assert.deepEqual(accepted, { items: 6, rejected: 0, pending: undefined });
    assert.deepEqual(told, ['shop grpc.client.call.retries 2', 'shop grpc.client.call.retries 2']);
    assert.equal(events.ledgerTotals().data_points.received, 6);
  });

  test('that is broken says nothing', async () => {
    const { told, events, pipeline } = setUp();
    const bytes = metricsRequestBytes([known, other]);
    await assert.rejects(pipeline.accept(bytes.subarray(0, -1)), { name: 'MalformedOtlp' });
    assert.deepEqual(told, []);
    assert.equal(events.ledgerTotals().data_points.received, 0);
  });

  test('says nothing before it is in the journal, nor where that does not take it', async () => {
    const { told, pipeline } = setUp();
    const bytes = metricsRequestBytes([known]);
    const full = new Error('the disk is full');
    await assert.rejects(
      pipeline.accept(bytes, () => Promise.reject(full)),
      full,
    );
    assert.deepEqual(told, []);
    await pipeline.accept(bytes, async () => {
      assert.deepEqual(told, []);
      await Promise.resolve();
    });
    assert.equal(told.length, 1);
  });

  test('with very many that are known is read up to a bound', async () => {
    const { told, pipeline } = setUp();
    await pipeline.accept(metricsRequestBytes(Array.from({ length: 4_200 }, () => known)));
    assert.equal(told.length, 4_097);
    assert.equal(told.at(-1), 'left out 104');
  });
});
