import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { call, failedCall, ran, root, setUpFailures, stopAll } from '../../support/failure-pipeline.ts';
import { type SpanSpec, traceRequestBytes } from '../../support/otlp-builders.ts';

const settled = (outcome: string): string => `tocsin_failures_settled_total{outcome="${outcome}"}`;
const swallowed =
  'tocsin_swallowed_failures_total{service_name="shop",operation="POST /order",dependency="payments:8080"}';

suite('what becomes of a failure whose request was answered 503 and is sent again', () => {
  afterEach(stopAll);

  test('counts once', async () => {
    const { send, storeAnswers, stored, issues, value } = await setUpFailures();
    storeAnswers('never');
    for (let i = 0; i < 3; i++) await assert.rejects(send(failedCall(2)), { name: 'StoreUnavailable' });
    storeAnswers('at once');
    await send(failedCall(2));
    await send(root);
    await stored();
    assert.deepEqual([value(settled('swallowed')), value(swallowed)], [1, 1]);
    assert.partialDeepStrictEqual((await issues())[0], { count: 1, held: 0, severity: 'high' });
  });

  test('counts once, and is learnt, where it was stored too late for the answer', async () => {
    const { send, clock, storeAnswers, stored, issues, value } = await setUpFailures();
    storeAnswers('late');
    const late = send(failedCall(2));
    clock.advance(250);
    await assert.rejects(late, { name: 'StoreUnavailable' });
    storeAnswers('at once');
    await eventually('it to be stored', async () => {
      clock.advance(10);
      return (await issues()).length === 1;
    });
    const again = send(failedCall(2));
    clock.advance(10);
    await again;
    await send(root);
    clock.advance(10);
    await stored();
    assert.deepEqual([value(settled('swallowed')), value(swallowed)], [1, 1]);
    assert.partialDeepStrictEqual((await issues())[0], { count: 1, held: 0, severity: 'high' });
  });

  test('counts once where its root came in between', async () => {
    const { send, clock, storeAnswers, stored, value } = await setUpFailures();
    storeAnswers('never');
    await assert.rejects(send(failedCall(2)), { name: 'StoreUnavailable' });
    storeAnswers('at once');
    await send(root);
    await send(failedCall(2));
    clock.advance(10_000);
    await stored();
    assert.deepEqual([value(settled('swallowed')), value(settled('open'))], [0, 1]);
  });

  test('counts once where another attempt had made up for it', async () => {
    const { send, storeAnswers, stored, issues, value } = await setUpFailures();
    storeAnswers('never');
    await assert.rejects(send(failedCall(2)), { name: 'StoreUnavailable' });
    storeAnswers('at once');
    await send(failedCall(2));
    await send(call(3, ran(30, 10)));
    await stored();
    assert.equal(value(settled('recovered')), 1);
    assert.partialDeepStrictEqual((await issues())[0], { severity: 'low', held: 0 });
  });

  test('takes no room of others while the store does not take it', async () => {
    const { send, pipeline, storeAnswers, stored, value } = await setUpFailures({ kept_per_minute: 1 });
    await send(failedCall(2, { trace: 99_999 }));
    storeAnswers('never');
    const many = traceRequestBytes(
      Array.from({ length: 90 }, (_, i): SpanSpec => failedCall(2, { trace: i + 1 })),
    );
    for (let i = 0; i < 230; i++) await assert.rejects(pipeline.accept(many), { name: 'StoreUnavailable' });
    assert.equal(value(settled('open')), 0);
    storeAnswers('at once');
    await send({ ...root, trace: 99_999 });
    await stored();
    assert.equal(value(settled('swallowed')), 1);
  });
});
