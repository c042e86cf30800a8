import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, suite, test } from 'node:test';
import { InlineStore } from '../../../src/store/sqlite/inline-store.ts';
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

suite('after a crash', () => {
  afterEach(stopAll);
  const child: SpanSpec = { id: 2, parent: 1, failed: true, exceptions: [{ type: 'CardError' }] };
  const parent: SpanSpec = { ...root, failed: true, attributes: { 'http.response.status_code': 500 } };

  /** In the store of the one that crashed: it is read again, and what was known beside it is not. */
  async function afterCrash(before: SpanSpec[][], replayed: SpanSpec[][]): Promise<string[]> {
    const path = join(mkdtempSync(join(tmpdir(), 'tocsin-crash-')), 'store.db');
    const first = await setUpFailures({}, new InlineStore(path));
    for (const request of before) await first.send(...request);
    await first.store.stop();
    const { send, stored, issues } = await setUpFailures({}, new InlineStore(path));
    for (const request of replayed) await send(...request);
    await stored();
    const found = (await issues()).map(
      ({ type, severity, count, held }) => `${type} ${severity} × ${count} ${held}`,
    );
    await stopAll();
    rmSync(dirname(path), { recursive: true });
    return found.sort();
  }

  test('one failure is one event, if all that tells of it is replayed, or it came in one request', async () => {
    assert.deepEqual(await afterCrash([[child]], [[child], [parent]]), ['CardError high × 1 0']);
    assert.deepEqual(await afterCrash([[child], [parent]], [[parent, child]]), ['CardError high × 1 0']);
  });

  test('a symptom of what was done before is an event of its own, since nobody knows what is above an event: better twice than never', async () => {
    assert.deepEqual(await afterCrash([[child]], [[parent]]), [
      'CardError high × 1 0',
      'HTTP 500 high × 1 0',
    ]);
    assert.deepEqual(await afterCrash([[child]], [[parent], [parent]]), [
      'CardError high × 1 0',
      'HTTP 500 high × 1 0',
    ]);
  });
});
