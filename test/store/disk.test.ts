import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { diskBytes, withinDisk } from '../../src/store/disk.ts';
import { defaultRetention } from '../../src/store/retention.ts';
import { temporaryDirectory } from '../config/support.ts';

const mebibyte = 2 ** 20;

suite('a store leaves half of its disk to others', () => {
  const cases: [what: string, disk: number | undefined, most: number][] = [
    ['on one that is large enough it may have all that is configured', 2048 * mebibyte, 1024 * mebibyte],
    ['on a smaller one half of that', 12 * mebibyte, 6 * mebibyte],
    ['on one that does not say how large it is, all that is configured', undefined, 1024 * mebibyte],
  ];
  for (const [what, disk, most] of cases) {
    test(what, () => {
      assert.deepEqual(withinDisk(defaultRetention, disk), { ...defaultRetention, maxBytes: most });
    });
  }

  test('also when its file is yet to be made', (t) => {
    assert.ok((diskBytes(join(temporaryDirectory(t), 'tocsin.db')) ?? 0) > mebibyte);
  });

  test('and one whose directory is not there says nothing', (t) => {
    assert.equal(diskBytes(join(temporaryDirectory(t), 'missing', 'tocsin.db')), undefined);
  });
});
