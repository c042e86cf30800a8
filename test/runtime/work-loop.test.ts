import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { WorkLoop } from '../../src/runtime/work-loop.ts';
import { TestClock } from '../support/test-clock.ts';

/** A loop whose rounds end when they are told to. */
function setUp(sleepMillis = 1000) {
  const clock = new TestClock();
  let rounds = 0;
  let finish: (() => void) | undefined;
  const loop = new WorkLoop('test', clock, async () => {
    rounds++;
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return sleepMillis;
  });
  return {
    clock,
    loop,
    rounds: () => rounds,
    finishRound: async () => {
      finish?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

suite('a work loop', () => {
  test('works when it starts, and again when the last round said', async () => {
    const { clock, loop, rounds, finishRound } = setUp(1000);
    await loop.start();
    assert.equal(rounds(), 1);
    await finishRound();
    clock.advance(999);
    assert.equal(rounds(), 1);
    clock.advance(1);
    assert.equal(rounds(), 2);
  });

  test('makes one more round for all that woke it during one', async () => {
    const { loop, rounds, finishRound } = setUp();
    await loop.start();
    for (let i = 0; i < 10; i++) loop.wake();
    assert.equal(rounds(), 1);
    await finishRound();
    assert.equal(rounds(), 2);
    await finishRound();
    assert.equal(rounds(), 2);
  });

  test('works at once when it is woken, and not again for the time it would have slept', async () => {
    const { clock, loop, rounds, finishRound } = setUp(1000);
    await loop.start();
    await finishRound();
    loop.wake();
    assert.equal(rounds(), 2);
    await finishRound();
    clock.advance(999);
    assert.equal(rounds(), 2);
    assert.equal(clock.pendingTimers, 1);
  });

  test('waits for the round under way when it stops, and works no more', async () => {
    const { clock, loop, rounds, finishRound } = setUp();
    await loop.start();
    let stopped = false;
    const stopping = loop.stop().then(() => {
      stopped = true;
    });
    loop.wake();
    assert.equal(stopped, false);
    await finishRound();
    await stopping;
    loop.wake();
    clock.advance(10_000);
    assert.equal(rounds(), 1);
    await loop.stop();
  });

  test('aborts what a round waits for when it takes too long to stop', async () => {
    const clock = new TestClock();
    class Waiting extends WorkLoop {
      constructor() {
        super(
          'waiting',
          clock,
          () => new Promise((resolve) => this.abortSignal.addEventListener('abort', () => resolve(1))),
        );
      }
    }
    const loop = new Waiting();
    await loop.start();
    let stopped = false;
    const stopping = loop.stop().then(() => {
      stopped = true;
    });
    clock.advance(999);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(stopped, false);
    clock.advance(1);
    await stopping;
  });
});
