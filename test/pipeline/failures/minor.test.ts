import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { failedCall, ran, root, setUpFailures, stopAll } from '../../support/failure-pipeline.ts';
import type { SpanSpec } from '../../support/otlp-builders.ts';

type Said = Parameters<typeof setUpFailures>[0];

const miss = { type: 'CacheMiss' };
const minor: SpanSpec = {
  id: 3,
  parent: 2,
  name: 'read cache',
  failed: true,
  exceptions: [miss],
  ...ran(10, 5),
};
const handler: SpanSpec = { id: 2, parent: 1, name: 'handler', ...ran(5, 50) };
const brokenHandler: SpanSpec = { ...handler, failed: true, exceptions: [{ type: 'TypeError' }] };
const silentHandler: SpanSpec = { ...handler, failed: true };
const failedRoot: SpanSpec = { ...root, failed: true, attributes: { 'http.response.status_code': 500 } };

/** Who says that nobody wants to be told of it, and how. */
const ways: [what: string, spec: SpanSpec, said: Said][] = [
  ['a rule, as expected', minor, { expected: [{ name: 'miss', where: ['type="CacheMiss"'] }] }],
  ['a rule, as low', minor, { severity: [{ severity: 'low', where: ['type="CacheMiss"'] }] }],
  ['the app, on the span', { ...minor, attributes: { 'tocsin.severity': 'low' } }, {}],
  [
    'the app, on the exception',
    { ...minor, exceptions: [{ ...miss, attributes: { 'tocsin.severity': 'LOW' } }] },
    {},
  ],
  [
    'the app, of a span without an exception',
    { ...minor, exceptions: [], attributes: { 'tocsin.severity': 'low', 'error.type': 'CacheMiss' } },
    {},
  ],
];

/** All of them in one request, each by itself, and whatever is in between. */
function splits(spans: readonly SpanSpec[]): SpanSpec[][][] {
  if (spans.length < 2) return [[[...spans]]];
  const [first, ...others] = spans as [SpanSpec, ...SpanSpec[]];
  return splits(others).flatMap(([next, ...rest]) => [
    [[first], next!, ...rest],
    [[first, ...next!], ...rest],
  ]);
}

async function told(said: Said, requests: readonly SpanSpec[][]) {
  const { send, stored, issues, value } = await setUpFailures(said);
  for (const request of requests) await send(...request);
  await stored();
  const all = await issues();
  const swallowed = value(
    'tocsin_swallowed_failures_total{service_name="shop",operation="POST /order",dependency=""}',
  );
  return {
    all: all.map(({ type, count }) => `${type} × ${count}`).sort(),
    alerting: all
      .filter(({ severity, expected }) => !expected && (severity === 'high' || severity === 'critical'))
      .map(({ type, severity, count }) => `${type} ${severity} × ${count}`),
    held: all.filter(({ held }) => held > 0).length,
    swallowed: swallowed + all.filter((issue) => issue.swallowed).length,
  };
}

for (const [who, spec, said] of ways) {
  suite(`a failure of which nobody is told, as ${who} says`, () => {
    afterEach(stopAll);

    const above: [what: string, spans: SpanSpec[], wanted: string][] = [
      ['a root that failed', [handler, failedRoot], 'HTTP 500'],
      ['a step that failed worse, and its root', [brokenHandler, failedRoot], 'TypeError'],
      ['a step and its root that only say that they failed', [silentHandler, failedRoot], 'Error'],
      [
        'a root with an exception',
        [handler, { ...failedRoot, exceptions: [{ type: 'OrderLost' }] }],
        'OrderLost',
      ],
    ];
    // A failed span without an exception below one with one is told with it.
    const isSilent = spec.exceptions?.length === 0;
    const step = isSilent ? silentHandler : brokenHandler;
    const ofStep = isSilent ? 'Error' : 'TypeError';
    for (const [what, spans, wanted] of above) {
      if (isSilent && spans.some(({ exceptions }) => exceptions !== undefined)) continue;
      test(`does not keep silent ${what}, in whatever requests they come`, async () => {
        for (const requests of [...splits([spec, ...spans]), [[spec, ...spans].toReversed()]]) {
          assert.deepEqual(await told(said, requests), {
            all: ['CacheMiss × 1', `${wanted} × 1`].sort(),
            alerting: [`${wanted} high × 1`],
            held: 0,
            swallowed: 0,
          });
        }
      });

      test(`does not keep silent ${what}, also if they come first`, async () => {
        for (const requests of splits([spec, ...spans].toReversed())) {
          const { alerting, all } = await told(said, requests);
          assert.equal(alerting.length, 1, JSON.stringify([requests, alerting]));
          assert.equal(all.length, 2, JSON.stringify([requests, all]));
        }
      });
    }

    test('makes nothing swallowed of what failed above it, if the root ended well', async () => {
      for (const requests of splits([spec, step, root])) {
        assert.deepEqual(await told(said, requests), {
          all: ['CacheMiss × 1', `${ofStep} × 1`],
          alerting: [],
          held: 0,
          swallowed: 0,
        });
      }
    });

    test('is the only one, if what is above it did not fail, or failed in the same way', async () => {
      for (const handled of [handler, { ...spec, id: 2, parent: 1, ...ran(5, 50) }]) {
        for (const requests of splits([spec, handled, root]))
          assert.deepEqual((await told(said, requests)).all, ['CacheMiss × 1']);
      }
    });

    test('leaves what is above it to a worse failure beside it', async () => {
      const other: SpanSpec = { ...failedCall(4, { parent: 2 }), ...ran(20, 5) };
      for (const requests of splits([spec, other, silentHandler, failedRoot]))
        assert.deepEqual((await told(said, requests)).all, ['CacheMiss × 1', 'HTTP 503 × 1']);
    });
  });
}

suite('a failure of which nobody is told', () => {
  afterEach(stopAll);
  const expected: Said = { expected: [{ name: 'miss', where: ['type="CacheMiss"'] }] };

  test('does not explain a root that waits for whether something worse is stored', async () => {
    const { send, issues, stored } = await setUpFailures(expected);
    await send(minor);
    await Promise.all([send(brokenHandler), send(failedRoot)]);
    await stored();
    assert.deepEqual((await issues()).map(({ type }) => type).sort(), ['CacheMiss', 'TypeError']);
  });

  test('is not all that is known where something worse came with it, below the same span to come', async () => {
    const other: SpanSpec = {
      id: 4,
      parent: 1,
      failed: true,
      exceptions: [{ type: 'DiskFull' }],
      ...ran(20, 5),
    };
    for (const spans of [
      [minor, handler, other],
      [other, handler, minor],
    ]) {
      const { all } = await told(expected, [spans, [failedRoot]]);
      assert.deepEqual(all, ['CacheMiss × 1', 'DiskFull × 1']);
    }
  });

  test('is all that is left while an attempt that was made up for is on its way to the store', async () => {
    const attempt: SpanSpec = failedCall(4);
    const again: SpanSpec = { ...attempt, id: 5, failed: false, ...ran(30, 5) };
    again.attributes = { ...attempt.attributes, 'http.response.status_code': 200 };
    const { send, issues, stored } = await setUpFailures(expected);
    await Promise.all([attempt, { ...minor, parent: 1 }, failedRoot, again].map((span) => send(span)));
    await stored();
    assert.deepEqual((await issues()).map(({ type, severity }) => `${type} ${severity}`).sort(), [
      'CacheMiss high',
      'HTTP 500 high',
      'HTTP 503 low',
    ]);
  });

  test('keeps a failed root silent that is expected as well', async () => {
    const said: Said = { expected: [{ name: 'all', where: ['type=~"CacheMiss|HTTP 500"'] }] };
    for (const requests of splits([minor, handler, failedRoot]))
      assert.deepEqual((await told(said, requests)).all, ['CacheMiss × 1']);
  });

  test('is told beside a root that was told before it, and explains nothing of it', async () => {
    const { send, issues, stored } = await setUpFailures(expected);
    await send(failedRoot);
    await send({ ...minor, parent: 1 });
    await stored();
    const found = await issues();
    assert.deepEqual(found.map(({ type, likelyCause }) => `${type} ${likelyCause ?? '-'}`).sort(), [
      'CacheMiss -',
      'HTTP 500 -',
    ]);
  });

  test('hides nothing that comes later and is why it failed', async () => {
    const { send, issues, stored } = await setUpFailures(expected);
    await send({ ...handler, exceptions: [miss] });
    await send({ id: 5, parent: 2, failed: true, exceptions: [{ type: 'DiskFull' }] });
    await stored();
    const found = (await issues()).map(({ type, severity }) => `${type} ${severity}`).sort();
    assert.deepEqual(found, ['CacheMiss low', 'DiskFull high']);
  });

  test('does not keep silent a failed job', async () => {
    const job: SpanSpec = { ...failedRoot, kind: 1, attributes: { 'job.name': 'nightly' } };
    for (const requests of splits([minor, handler, job]))
      assert.deepEqual((await told(expected, requests)).alerting, ['Error high × 1']);
  });

  test('does not keep silent what it was logged in, or what is logged above it', async () => {
    for (const severity of [5, 9, 17]) {
      const { send, log, issues, stored } = await setUpFailures(expected);
      await log({ severity, trace: 1, span: 1, exception: miss });
      await send(failedRoot);
      await stored();
      assert.deepEqual((await issues()).map(({ type }) => type).sort(), ['CacheMiss', 'HTTP 500']);
    }
    const { send, log, issues } = await setUpFailures(expected);
    await send({ ...minor, parent: 1 });
    await log({ severity: 17, trace: 1, span: 1, exception: { type: 'OrderLost', message: 'lost' } });
    assert.deepEqual((await issues()).map(({ type }) => type).sort(), ['CacheMiss', 'OrderLost']);
  });

  test('is no reason for a root of which all else was made up for', async () => {
    const attempt: SpanSpec = { ...failedCall(4, { parent: 2 }), ...ran(20, 5) };
    const again: SpanSpec = { ...attempt, id: 5, failed: false, ...ran(30, 5), attributes: {} };
    const { 'http.response.status_code': _, ...target } = attempt.attributes!;
    again.attributes = target;
    const refused: SpanSpec = failedCall(6, {
      parent: 2,
      name: 'GET',
      attributes: { 'http.response.status_code': 404 },
      ...ran(40, 5),
    });
    for (const requests of splits([minor, attempt, again, refused, brokenHandler, failedRoot])) {
      assert.deepEqual((await told(expected, requests)).alerting, ['TypeError high × 1']);
    }
  });
});
