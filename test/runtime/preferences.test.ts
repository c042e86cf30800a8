import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { acceptsGzip } from '../../src/runtime/preferences.ts';

suite('gzip', () => {
  const table: [header: string | undefined, accepted: boolean][] = [
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP', true],
    ['x-gzip', true],
    ['deflate, gzip;q=0.5, br', true],
    ['identity', false],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['*', true],
    ['*;q=0', false],
    ['gzipped', false],
  ];
  for (const [header, accepted] of table) {
    test(`is ${accepted ? '' : 'not '}sent to a client with Accept-Encoding ${header ?? 'absent'}`, () => {
      assert.equal(acceptsGzip(header), accepted);
    });
  }
});
