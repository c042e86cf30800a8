import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pauseMillis, retryAfterMillis } from '../../src/forward/backoff.ts';

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

suite('Retry-After', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const table: [header: string | undefined, millis: number | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['0', 0],
    ['12', 12_000],
    [' 12 ', 12_000],
    ['1.5', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['9'.repeat(400), undefined],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Friday, 02-Jan-26 03:04:15 GMT', 10_000],
    ['Fri Jan  2 03:04:15 2026 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
    ['Fri, 99 Jan 2026 03:04:15 GMT', undefined],
    ['2026-01-02', undefined],
    ['soon', undefined],
  ];
  for (const [header, millis] of table) {
    test(`${JSON.stringify(header)?.slice(0, 40)} asks for ${millis ?? 'nothing'}`, () => {
      assert.equal(retryAfterMillis(header, now), millis);
    });
  }
});
