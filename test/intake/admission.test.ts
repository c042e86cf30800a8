import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Admission } from '../../src/intake/admission.ts';

const mebibyte = 2 ** 20;

suite('admission', () => {
  test('claims no more than there is, and gives back what was claimed', () => {
    const admission = new Admission(8 * mebibyte);
    const claim = admission.open();
    assert.equal(claim.take(6 * mebibyte), true);
    assert.equal(claim.take(2 * mebibyte), false);
    assert.equal(admission.bytesInUse, 6 * mebibyte);
    claim.giveBack(5 * mebibyte);
    assert.equal(admission.bytesInUse, mebibyte);
    claim.release();
    claim.release();
    assert.equal(admission.bytesInUse, 0);
  });

  test('leaves an eighth to small requests, however many large ones there are', () => {
    const admission = new Admission(8 * mebibyte);
    const large = Array.from({ length: 100 }, () => admission.open());
    const took = large.filter((claim) => claim.take(mebibyte));
    assert.equal(took.length, 7);
    assert.equal(took[0]!.take(1), false, 'a byte more of a large one');
    const small = Array.from({ length: 4 }, () => admission.open());
    assert.deepEqual(
      small.map((claim) => claim.take(mebibyte / 4)),
      [true, true, true, true],
    );
  });

  test('has room for the largest that it names, if nothing else is there', () => {
    for (const bytes of [mebibyte, 8 * mebibyte, 128 * mebibyte]) {
      const admission = new Admission(bytes);
      assert.equal(admission.open().take(admission.mostOfOne), true);
      assert.equal(admission.open().take(admission.mostOfOne), false);
    }
  });
});
