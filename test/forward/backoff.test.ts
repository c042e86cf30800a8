import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pauseMillis } from '../../src/forward/backoff.ts';

suite('the pause after a failure', () => {
  const table: [failures: number, asked: number | undefined, jitter: number, pause: number][] = [
    [1, undefined, 0, 1_000],
    [1, undefined, 1, 500],
    [2, undefined, 0, 2_000],
    [5, undefined, 0, 16_000],
    [6, undefined, 0, 30_000],
    [1e9, undefined, 0, 30_000],
    [1e9, undefined, 1, 15_000],
    [1, 7_000, 0, 7_000],
    [9, 7_000, 1, 7_700],
    [1, 0, 0, 500],
    [1, 1e300, 0, 300_000],
  ];
  for (const [failures, asked, jitter, pause] of table) {
    test(`is ${pause} ms after ${failures} when ${asked ?? 'nothing'} is asked for, with jitter ${jitter}`, () => {
      assert.ok(Math.abs(pauseMillis(failures, asked, jitter) - pause) < 1e-6);
    });
  }
});
