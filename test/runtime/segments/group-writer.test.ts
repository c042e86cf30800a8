import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { GroupWriter } from '../../../src/runtime/segments/group-writer.ts';
import { eventually } from '../../support/eventually.ts';

/** A disk that takes what it is given when it is told to. */
function setUp(maxBytes = 100) {
  const written: string[] = [];
  const pending: { resolve: (at: number) => void; reject: (error: Error) => void }[] = [];
  const writer = new GroupWriter<{ buffers: Uint8Array[] }, number>(maxBytes, (pieces) => {
    written.push(pieces.flatMap(({ buffers }) => buffers.map(String)).join('+'));
    return new Promise((resolve, reject) => pending.push({ resolve, reject }));
  });
  const add = (text: string) => writer.add({ buffers: [Buffer.from(text)] });
  return { writer, written, pending, add };
}

suite('a group writer', () => {
  test('writes together what came during a write, in its order, and answers each', async () => {
    const { written, pending, add, writer } = setUp();
    const results = ['a', 'b', 'c', 'd'].map(add);
    pending[0]!.resolve(1);
    await eventually('the second write', () => pending.length === 2);
    pending[1]!.resolve(2);
    assert.deepEqual(await Promise.all(results), [1, 2, 2, 2]);
    assert.deepEqual(written, ['a', 'b+c+d']);
    await writer.drained();
  });

  test('fails those of the write that failed, and goes on', async () => {
    const { written, pending, add } = setUp();
    const first = add('a');
    const second = add('b');
    pending[0]!.reject(new Error('full'));
    await assert.rejects(first, /full/);
    await eventually('the second write', () => pending.length === 2);
    pending[1]!.resolve(2);
    assert.equal(await second, 2);
    assert.deepEqual(written, ['a', 'b']);
  });

  test('takes no more than may wait, and takes again when that is written', async () => {
    const { pending, add, writer } = setUp(100);
    const first = add('x'.repeat(80));
    await assert.rejects(add('y'.repeat(30)), { name: 'WriterBusy' });
    pending[0]!.resolve(1);
    await first;
    await writer.drained();
    const second = add('y'.repeat(30));
    pending[1]!.resolve(2);
    assert.equal(await second, 2);
  });

  test('takes what is small while something far too large is written, and no more than may wait of that', async () => {
    const { pending, add, writer } = setUp(100);
    const large = add('x'.repeat(1_000));
    const small = Array.from({ length: 33 }, () => add('abc'));
    assert.equal(writer.bytes, 1_000 + 99);
    await assert.rejects(add('abc'), { name: 'WriterBusy' });
    pending[0]!.resolve(1);
    assert.equal(await large, 1);
    await eventually('the second write', () => pending.length === 2);
    pending[1]!.resolve(2);
    assert.deepEqual(new Set(await Promise.all(small)), new Set([2]));
    await writer.drained();
    assert.equal(writer.bytes, 0);
  });

  test('takes one by itself, however large it is', async () => {
    const { pending, add } = setUp(100);
    const large = add('x'.repeat(1_000));
    pending[0]!.resolve(1);
    assert.equal(await large, 1);
  });
});
