import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectGarbage } from '../../src/runtime/heap.ts';

test('garbage is collected when it is asked for, and nobody else is given the means', () => {
  const garbage = new WeakRef({ large: 'x'.repeat(100_000) });
  return new Promise<void>((resolve) => {
    // A weak reference holds what it was asked for until the end of the turn.
    setImmediate(() => {
      collectGarbage();
      assert.equal(garbage.deref(), undefined);
      assert.equal('gc' in globalThis, false);
      resolve();
    });
  });
});
