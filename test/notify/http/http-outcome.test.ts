import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { httpOutcome } from '../../../src/notify/http/http-outcome.ts';
import type { HttpAnswer } from '../../../src/notify/http/http-exchange.ts';

const answered = (status: number, retryAfterMillis?: number): HttpAnswer => ({
  kind: 'answered',
  status,
  retryAfterMillis,
  body: '',
});

suite('an answer by HTTP', () => {
  test('means one thing by each status', () => {
    const statuses = new Map<string, number[]>();
    for (let status = 100; status < 600; status++) {
      const kind = httpOutcome('It', answered(status))?.kind ?? 'delivered';
      statuses.set(kind, [...(statuses.get(kind) ?? []), status]);
    }
    const range = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, i) => from + i);
    assert.deepEqual(statuses.get('delivered'), range(200, 300));
    assert.deepEqual(statuses.get('throttled'), [429]);
    assert.deepEqual(statuses.get('failed'), [...range(100, 200), 408, 425, ...range(500, 600)]);
    assert.deepEqual(statuses.get('rejected'), [400, 413, 415, 422]);
    assert.equal(statuses.get('refused')?.length, 200 - 1 - 2 - 4);
  });

  test('says for how long to wait, or half a minute', () => {
    const waits = [7_000, 0, undefined].map((asked) => httpOutcome('It', answered(429, asked)));
    assert.deepEqual(
      waits.map((outcome) => outcome?.kind === 'throttled' && outcome.retryAfterMillis),
      [7_000, 0, 30_000],
    );
  });

  test('says what was said, and how to mend it', () => {
    assert.deepEqual(httpOutcome('The webhook', answered(401), 'no key'), {
      kind: 'refused',
      reason: 'The webhook answered HTTP 401: no key',
      remedy: 'It wants to know who sends: check the credentials.',
    });
    assert.deepEqual(httpOutcome('The webhook', { kind: 'unreached', cause: 'dns' }), {
      kind: 'failed',
      reason: 'The webhook could not be reached: the host name could not be resolved',
    });
  });
});
