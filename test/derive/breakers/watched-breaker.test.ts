import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { WatchedBreaker } from '../../../src/derive/breakers/watched-breaker.ts';
import { newPlace } from '../../../src/derive/client-calls/place.ts';
import { TestClock } from '../../support/test-clock.ts';

suite('a breaker that is watched', () => {
  test('that slow calls open, which had waited behind a failure, opens once', () => {
    const clock = new TestClock();
    const began = clock.now();
    const transitions: string[] = [];
    let refused = 0;
    const breaker = new WatchedBreaker(newPlace('shop', 'pay', 0), {
      clock,
      instance: { work: 0 },
      metrics: {
        changed: () => undefined,
        refused: () => refused++,
        spent: () => undefined,
        cameLate: () => undefined,
        mayOpen: () => undefined,
      },
      settingsOf: () => ({
        consecutiveFailures: 50,
        failureRatio: 0.9,
        minimumCalls: 5,
        windowMillis: 60_000,
        openForMillis: 30_000,
        halfOpenProbes: 1,
        slowCallMillis: 100,
        slowRatio: 0.5,
      }),
      onTransition: (_, { from, to }) => transitions.push(`${from} ${to}`),
    });
    const call = (at: number, takes: number, isFailure = false): void => {
      clock.advance(Math.max(0, began + at - clock.now()));
      const [startMillis, endMillis] = [began + at - takes, began + at];
      breaker.take({ startMillis, endMillis }, isFailure, clock.monotonic(), clock.now());
    };
    call(0, 1, true);
    call(100, 1);
    for (let i = 0; i < 8; i++) call(500 + i * 20, 150);
    clock.advance(began + 1_150 - clock.now());
    breaker.look(clock.monotonic());
    for (const at of [1_200, 1_400]) call(at, 150);
    for (const at of [1_500, 1_600]) call(at, 1);
    clock.advance(4_000);
    breaker.look(clock.monotonic());
    breaker.flush();
    assert.deepEqual(transitions, ['closed open']);
    assert.equal(breaker.known.openCalls, refused);
    assert.equal(breaker.state, 'open');
  });
});
