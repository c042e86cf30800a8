import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Pace, WorkLoop } from '../../src/runtime/work-loop.ts';
import { TestClock } from '../support/test-clock.ts';

/** A loop whose rounds end when they are told to. */
function setUp(sleepMillis = 1000, pace?: Pace) {
  const clock = new TestClock();
  let rounds = 0;
  let finish: (() => void) | undefined;
  const round = async (): Promise<number> => {
    rounds++;
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return sleepMillis;
  };
  const loop = new WorkLoop('test', clock, round, pace);
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

  suite('that has a pace', () => {
    const pace = { times: 10, mostMillis: 200 };

    test('rests after a round in proportion to what it took, and works once for all that woke it then', async () => {
      const { clock, loop, rounds, finishRound } = setUp(1000, pace);
      await loop.start();
      clock.advance(5);
      loop.wake();
      await finishRound();
      for (let i = 0; i < 10; i++) loop.wake();
      clock.advance(49);
      assert.equal(rounds(), 1);
      clock.advance(1);
      assert.equal(rounds(), 2);
      await finishRound();
      clock.advance(999);
      assert.equal(rounds(), 2);
    });

    test('works at once when it is woken after its rest', async () => {
      const { clock, loop, rounds, finishRound } = setUp(1000, pace);
      await loop.start();
      clock.advance(5);
      await finishRound();
      clock.advance(50);
      loop.wake();
      assert.equal(rounds(), 2);
    });

    test('rests no longer than it may', async () => {
      const { clock, loop, rounds, finishRound } = setUp(10_000, pace);
      await loop.start();
      clock.advance(3_000);
      loop.wake();
      await finishRound();
      clock.advance(199);
      assert.equal(rounds(), 1);
      clock.advance(1);
      assert.equal(rounds(), 2);
    });

    test('comes when the round said, though it is woken and would rest for longer', async () => {
      const { clock, loop, rounds, finishRound } = setUp(50, pace);
      await loop.start();
      clock.advance(20);
      await finishRound();
      loop.wake();
      clock.advance(49);
      assert.equal(rounds(), 1);
      clock.advance(1);
      assert.equal(rounds(), 2);
    });

    test('works no more once it has stopped, however often it is stopped', async () => {
      const { clock, loop, rounds, finishRound } = setUp(1000, pace);
      await loop.start();
      clock.advance(5);
      const stopping = loop.stop();
      loop.wake();
      await finishRound();
      await stopping;
      await loop.stop();
      assert.equal(rounds(), 1);
    });

    test('does what it was woken for before it stops, though it rests', async () => {
      const { clock, loop, rounds, finishRound } = setUp(1000, pace);
      await loop.start();
      clock.advance(5);
      await finishRound();
      loop.wake();
      const stopping = loop.stop();
      assert.equal(rounds(), 2);
      await finishRound();
      await stopping;
      clock.advance(10_000);
      assert.equal(rounds(), 2);
      assert.equal(clock.pendingTimers, 0);
    });
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
