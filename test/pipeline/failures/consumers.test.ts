import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { cpuMillis } from '../../support/cpu-time.ts';
import { failedCall, ran, setUpFailures, stopAll } from '../../support/failure-pipeline.ts';
import { kind, type SpanSpec } from '../../support/otlp-builders.ts';

/** Messages are fetched, and then each is processed. Nothing says where the parent is: the span has no flags. */
const receive: SpanSpec = { id: 1, name: 'receive', kind: kind.consumer, ...ran(0, 100) };
const work: SpanSpec = { id: 2, parent: 1, name: 'process', kind: kind.consumer, ...ran(10, 50) };
const broken: Partial<SpanSpec> = { failed: true, exceptions: [{ type: 'OrderLost' }] };

const orders = (spans: readonly SpanSpec[]): [how: string, requests: SpanSpec[][]][] => [
  ['in one request', [[...spans]]],
  ['in one request, the other way round', [spans.toReversed()]],
  ['span by span, the parent last', spans.map((span) => [span])],
];

async function told(requests: readonly SpanSpec[][]): Promise<string[]> {
  const { send, stored, issues } = await setUpFailures();
  for (const request of requests) await send(...request);
  await stored();
  return (await issues())
    .map(
      ({ type, severity, count, swallowed, held }) =>
        `${type} ${severity} × ${count}${swallowed ? ' swallowed' : ''}${held > 0 ? ' held' : ''}`,
    )
    .sort();
}

suite('a message that is processed below the span that it was received in', () => {
  afterEach(stopAll);

  const all = (spans: readonly SpanSpec[]) => [
    ...orders(spans),
    ['span by span, the parent first', spans.toReversed().map((span) => [span])] as const,
  ];
  for (const [how, requests] of all([{ ...work, ...broken }, receive])) {
    test(`is a piece of work of its own, and critical if it fails: ${how}`, async () => {
      assert.deepEqual(await told(requests), ['OrderLost critical × 1']);
    });
  }

  for (const [how, requests] of orders([failedCall(3, { parent: 2 }), work, receive])) {
    test(`decides what became of a failure in it: ${how}`, async () => {
      assert.deepEqual(await told(requests), ['HTTP 503 high × 1 swallowed']);
    });
  }

  for (const [how, requests] of orders([
    { id: 3, parent: 2, ...broken, failed: false, ...ran(20, 5) },
    work,
    { ...receive, failed: true },
  ])) {
    test(`is not why that span failed, if it ended well itself: ${how}`, async () => {
      assert.deepEqual(await told(requests), ['Error high × 1', 'OrderLost medium × 1']);
    });
  }

  for (const [how, requests] of orders([
    { ...work, ...broken },
    { ...receive, ...broken },
  ])) {
    test(`is one failure with that span, if that waited for it: ${how}`, async () => {
      assert.deepEqual(await told(requests), ['OrderLost critical × 1']);
    });
  }

  for (const [how, requests] of orders([
    { ...work, failed: true },
    { ...receive, ...broken },
  ])) {
    test(`is what failed, though that span alone says how: ${how}`, async () => {
      assert.deepEqual(await told(requests), ['Error high × 1']);
    });
  }

  test('is a reason for that span to fail, whatever else was made up for below it', async () => {
    const attempt = failedCall(4);
    const again: SpanSpec = { ...attempt, id: 5, failed: false, ...ran(30, 10) };
    again.attributes = { ...attempt.attributes, 'http.response.status_code': 200 };
    const above: SpanSpec = { ...receive, failed: true };
    const message: SpanSpec = { ...work, ...broken };
    const inner: SpanSpec = { ...message, id: 3, parent: 2, kind: kind.internal };
    for (const requests of [
      [[attempt, message, again, above]],
      [[attempt], [message], [again], [above]],
      [[inner], [message, attempt], [again, above]],
    ])
      assert.deepEqual(await told(requests), ['HTTP 503 low × 1', 'OrderLost critical × 1']);
  });

  test('is no reason for that span to fail where it only recorded an exception', async () => {
    const above: SpanSpec = { ...receive, failed: true };
    const message: SpanSpec = { ...work, exceptions: [{ type: 'Retried' }] };
    for (const [, requests] of orders([message, above]))
      assert.deepEqual(await told(requests), ['Error high × 1', 'Retried medium × 1']);
  });

  test('is told if it fails, though what is above it was told before', async () => {
    const above: SpanSpec = { ...receive, id: 2, kind: kind.internal, parent: 1, failed: true };
    const top: SpanSpec = { id: 1, kind: kind.server, attributes: { 'http.response.status_code': 409 } };
    const below: SpanSpec = { ...work, ...broken, id: 3, parent: 2 };
    assert.deepEqual(await told([[above, top], [below]]), ['Error medium × 1', 'OrderLost critical × 1']);
  });

  test('is found in linear time, however many there are in one another', async () => {
    const { send } = await setUpFailures({ kept_per_minute: 1 });
    const spans = Array.from({ length: 30_000 }, (_, i): SpanSpec => {
      const parent = i === 0 ? {} : { parent: i };
      return { id: i + 1, ...parent, ...broken, kind: i % 2 === 0 ? kind.consumer : kind.internal };
    });
    const before = cpuMillis();
    await send(...spans);
    assert.ok(cpuMillis() - before < 5_000);
  });

  test('ends, where messages name each other as parents', async () => {
    const spans = [1, 2, 3].map((id): SpanSpec => ({ ...work, ...broken, id, parent: (id % 3) + 1 }));
    assert.deepEqual(await told([spans]), ['OrderLost critical × 1']);
  });

  test('is no work of its own where its flags say that it is a step of what is above it', async () => {
    const step: SpanSpec = { ...work, ...broken, flags: 0x100 };
    for (const [, requests] of orders([step, receive]))
      assert.deepEqual(await told(requests), ['OrderLost high × 1 swallowed']);
  });
});
