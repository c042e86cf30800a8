import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { release } from '../../src/runtime/release.ts';

const length = 100_000;

suite('memory that is released', () => {
  test('is gone at once, not when it is collected', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 1000; i++) release(Buffer.allocUnsafeSlow(2 ** 20));
    assert.ok(process.memoryUsage().arrayBuffers - before < 100 * 2 ** 20);
  });

  test('shows nothing to who still looks', () => {
    const bytes = new Uint8Array(length);
    release(bytes);
    assert.equal(bytes.length, 0);
    assert.equal(bytes[0], undefined);
  });

  test('may be released again', () => {
    const bytes = new Uint8Array(length);
    release(bytes);
    release(bytes);
    assert.equal(bytes.length, 0);
  });

  test('is left alone where it is a part of what Node divides among many', () => {
    const [bytes, neighbour] = [Buffer.from('one of many'), Buffer.from('another')];
    release(bytes);
    assert.equal(bytes.toString(), 'one of many');
    assert.equal(neighbour.toString(), 'another');
  });

  test('is left alone where others may have it too', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(length));
    release(shared);
    assert.equal(shared.length, length);
  });
});
