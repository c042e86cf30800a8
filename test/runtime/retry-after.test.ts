import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { retryAfterMillis } from '../../src/runtime/retry-after.ts';

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
