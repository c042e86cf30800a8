import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { suite, test } from 'node:test';
import { instanceHeader, LoopGuard } from '../../src/forward/loop-guard.ts';

/** A guard, and what becomes of a request with this header. */
function setUp() {
  const own = randomUUID();
  const guard = new LoopGuard(own);
  let became = '';
  const listener = guard.refusing(
    () => (became = 'taken'),
    () => (became = 'refused'),
  );
  const ask = (header: string | undefined): string => {
    const headers = header === undefined ? {} : { [instanceHeader]: header };
    listener({ headers } as unknown as IncomingMessage, {} as ServerResponse);
    return became;
  };
  return { own, guard, ask };
}

suite('the loop guard', () => {
  test('takes what apps and other Tocsins send, and refuses what it sent itself, however many it passed', () => {
    const { own, ask } = setUp();
    const [a, b] = [randomUUID(), randomUUID()];
    assert.equal(ask(undefined), 'taken');
    assert.equal(ask(a), 'taken');
    assert.equal(ask(`${a}, ${b}`), 'taken');
    assert.equal(ask(own), 'refused');
    assert.equal(ask(`${a}, ${own}`), 'refused');
    assert.equal(ask(`${a},${b} , ${own}`), 'refused');
  });

  test('names those that it heard of, not those whose requests it refused', () => {
    const { own, guard, ask } = setUp();
    const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
    ask(`${a}, ${b}`);
    ask(`${c}, ${own}`);
    ask(a);
    assert.deepEqual(guard.upstream(), [b, a]);
  });

  test('remembers 32, those that it heard of last', () => {
    const { guard, ask } = setUp();
    const all = Array.from({ length: 100 }, () => randomUUID());
    for (const each of all) ask(each);
    assert.deepEqual(guard.upstream(), all.slice(-32));
  });

  test('passes on nothing that is not the name of an instance', () => {
    const { guard, ask } = setUp();
    for (const header of ['', ',,,', 'x', 'a'.repeat(9999), 'a: b', `${randomUUID()}x`, '☃', '0-0-0-0'])
      assert.equal(ask(header), 'taken');
    assert.deepEqual(guard.upstream(), []);
  });
});
