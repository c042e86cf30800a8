import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import { minute, watchedApp } from '../support/watched-app.ts';

/** One that somebody sets. */
class SetClock extends VirtualClock {
  ahead = 0;
  override now(): number {
    return super.now() + this.ahead;
  }
}

const hour = 60 * minute;

suite('when the clock is set', () => {
  for (const [what, by] of [
    ['forward', 3 * hour],
    ['back', -3 * hour],
  ] as const) {
    test(`${what}, nothing is told early, or again`, async (t) => {
      const clock = new SetClock(Date.UTC(2026, 0, 2));
      const rules = [{ name: 'Many', over: 'calls', when: ['calls>50'], for: '5m', keep_firing_for: '10m' }];
      const { keepAnswering, heard } = await watchedApp(t, { clock, rules });
      await keepAnswering(2, 10);
      clock.ahead += by;
      await keepAnswering(2, 10);
      assert.deepEqual(heard(), []);
      await keepAnswering(3, 10);
      assert.deepEqual(heard(), ['[HIGH] shop (prod): Many']);
      await keepAnswering(8, 0);
      clock.ahead -= by;
      await keepAnswering(2, 0);
      assert.deepEqual(heard(), []);
      await keepAnswering(8, 0);
      assert.deepEqual(heard(), ['[RESOLVED] shop (prod): Many']);
    });

    test(`${what}, an issue explains what it explained, and its events are those of 5 minutes`, async (t) => {
      const clock = new SetClock(Date.UTC(2026, 0, 2));
      const rules = [{ name: 'Often', over: 'events', when: ['events>2000'] }];
      const { keepAnswering, heard } = await watchedApp(t, { clock, rules });
      await keepAnswering(6, 100, 10);
      clock.ahead += by;
      await keepAnswering(20, 100, 10);
      assert.deepEqual(heard(), ['[HIGH] shop (prod): GET /cart answered 500']);
    });
  }
});
