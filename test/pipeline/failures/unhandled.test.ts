import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { endOf, failedCall, ran, root, setUpFailures, stopAll } from '../../support/failure-pipeline.ts';
import { kind, type SpanSpec } from '../../support/otlp-builders.ts';

const crash = { type: 'OutOfStock', message: 'nothing left' };
const escaped = { ...crash, attributes: { 'exception.escaped': true } };
/** Python's SDK writes it so. */
const escapedAsText = { ...crash, attributes: { 'exception.escaped': 'True' } };
const work: SpanSpec = { ...root, kind: kind.internal, failed: true };
const status = (code: number) => ({ attributes: { 'http.response.status_code': code } });

/** Roots that failed, and how bad that is. */
const roots: [what: string, spec: SpanSpec, severity: string][] = [
  ['work of the app’s own', { ...work, exceptions: [crash] }, 'critical'],
  ['a message', { ...work, kind: kind.consumer, exceptions: [crash] }, 'critical'],
  ['work that only says that it failed', work, 'high'],
  ['a request answered 500', { ...root, failed: true, ...status(500), exceptions: [crash] }, 'high'],
  ['a request that an exception left', { ...root, failed: true, exceptions: [escaped] }, 'critical'],
  [
    'a request that an exception left, in Python',
    { ...root, failed: true, ...status(500), exceptions: [escapedAsText] },
    'critical',
  ],
];

/** What is below them, if anything. */
const inner: [what: string, spans: SpanSpec[]][] = [
  ['by nothing else', []],
  ['also by a step below', [{ id: 2, parent: 1, failed: true, exceptions: [crash], ...ran(10, 20) }]],
  ['also by a step below, which ended well', [{ id: 2, parent: 1, exceptions: [crash], ...ran(10, 20) }]],
  ['also by a call below', [failedCall(2, { exceptions: [crash] })]],
  [
    'also two steps below',
    [
      { id: 3, parent: 2, failed: true, exceptions: [{ type: 'StockError' }], ...ran(10, 10) },
      { id: 2, parent: 1, failed: true, ...ran(5, 30) },
    ],
  ],
];

async function severities(requests: readonly (readonly SpanSpec[])[], keptPerMinute = 1000) {
  const { send, stored, issues, events } = await setUpFailures({ kept_per_minute: keptPerMinute });
  for (const request of requests) await send(...request);
  await stored();
  return {
    issues: (await issues()).map(
      ({ severity, count, held }) => `${severity} × ${count}${held ? ' held' : ''}`,
    ),
    events: (await events()).map(({ severity }) => severity),
  };
}

suite('how bad it is that a root failed', () => {
  afterEach(stopAll);

  for (const [what, top, severity] of roots) {
    for (const [by, below] of inner) {
      const spans = [...below, top];
      test(`is ${severity} of ${what}, whoever recorded why: ${by}`, async () => {
        const wanted = { issues: [`${severity} × 1`], events: [severity] };
        assert.deepEqual(await severities([spans]), wanted);
        assert.deepEqual(await severities([spans.toReversed()]), wanted);
        const byEnd = spans.toSorted((a, b) => endOf(a) - endOf(b));
        assert.deepEqual(await severities(byEnd.map((span) => [span])), wanted);
      });
    }
  }

  test('is low of a request answered 404, and told to nobody whoever recorded why', async () => {
    const top: SpanSpec = { ...root, failed: true, ...status(404), exceptions: [crash] };
    assert.deepEqual((await severities([[top]])).issues, ['low × 1']);
    for (const [, below] of inner.slice(1)) {
      if (below.some(({ failed }) => failed)) continue;
      for (const requests of [[[...below, top]], [...below, top].map((span) => [span])])
        assert.deepEqual((await severities(requests)).issues, ['medium × 1']);
    }
  });

  test('is high of a job that failed, however it comes, and whoever recorded why', async () => {
    const job: Partial<SpanSpec> = { attributes: { 'job.name': 'nightly' } };
    const step: SpanSpec = { id: 3, parent: 2, failed: true, exceptions: [crash], ...ran(10, 10) };
    const inRoot: SpanSpec[] = [
      step,
      { id: 2, parent: 1, ...ran(5, 30) },
      { ...work, exceptions: [crash], ...job },
    ];
    const below: SpanSpec[] = [
      step,
      { id: 2, parent: 1, failed: true, ...ran(5, 30), ...job },
      { ...work, exceptions: [crash] },
    ];
    for (const spans of [inRoot, below]) {
      for (const requests of [[spans], spans.map((span) => [span]), [spans.slice(0, 2), spans.slice(2)]])
        assert.deepEqual((await severities(requests)).issues, ['high × 1'], JSON.stringify(requests));
    }
  });

  test('is learnt by an issue of whose events no more are kept', async () => {
    const step = (trace: number): SpanSpec => ({
      id: 2,
      trace,
      parent: 1,
      failed: true,
      exceptions: [crash],
    });
    const top: SpanSpec = { ...work, trace: 2, exceptions: [crash] };
    const { issues } = await severities([[step(1)], [step(2)], [top]], 1);
    assert.deepEqual(issues, ['critical × 2']);
  });

  test('counts once among the events', async () => {
    const { send, stored, value } = await setUpFailures();
    await send({ id: 2, parent: 1, failed: true, exceptions: [crash] });
    await send({ ...work, exceptions: [crash] });
    await stored();
    const series = (severity: string) =>
      value(`tocsin_error_events_total{service_name="shop",severity="${severity}",class="unknown"}`);
    assert.deepEqual([series('high'), series('critical')], [1, 0]);
    assert.equal(value('tocsin_failures_settled_total{outcome="failed"}'), 1);
  });
});
