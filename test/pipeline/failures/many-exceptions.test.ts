import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { setUpFailures as setUp, stopAll } from '../../support/failure-pipeline.ts';
import { kind } from '../../support/otlp-builders.ts';

afterEach(stopAll);

suite('of a span with many exceptions', () => {
  const attempt = { type: 'ConnectionError', message: 'connect ECONNREFUSED 10.0.0.1:5432' };

  async function typesOf(
    exceptions: { type: string; message?: string; escaped?: boolean }[],
  ): Promise<string[]> {
    const { send, settled, events } = await setUp();
    await send({ id: 1, name: 'GET /', kind: kind.server, failed: true, exceptions });
    await settled();
    return (await events()).map(({ type }) => type).sort();
  }

  test('what it gave up with is told, however often the same was recorded before', async () => {
    const attempts = Array.from({ length: 100 }, () => attempt);
    assert.deepEqual(await typesOf([...attempts, { type: 'GaveUp' }]), ['ConnectionError', 'GaveUp']);
  });

  test('sixteen are told if all are different, the last one among them', async () => {
    const all = Array.from({ length: 60 }, (_, i) => ({ type: `Error${String(i).padStart(2, '0')}` }));
    const first = all.slice(0, 15).map(({ type }) => type);
    assert.deepEqual(await typesOf(all), [...first, 'Error59']);
  });
});
