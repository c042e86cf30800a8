import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';

suite('a virtual clock', () => {
  test('stands still until it is moved', async () => {
    const clock = new VirtualClock(1_000);
    let ran = false;
    clock.after(0, () => (ran = true));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([clock.now(), ran], [1_000, false]);
    await clock.advanceTo(1_000);
    assert.equal(ran, true);
  });

  test('runs each timer at its moment, in order, with what it sets going', async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b at ${clock.now()}`));
    clock.after(10, () => {
      seen.push(`a at ${clock.now()}`);
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => clock.after(5, () => seen.push(`c at ${clock.now()}`)));
    });
    clock.after(31, () => seen.push('too late'));
    await clock.advanceTo(30);
    assert.deepEqual(seen, ['a at 10', 'c at 15', 'b at 20']);
    assert.equal(clock.now(), 30);
  });

  test('does not go back', async () => {
    const clock = new VirtualClock(100);
    await clock.advanceTo(50);
    assert.equal(clock.now(), 100);
  });

  test('forgets a timer that was cancelled, also by another', async () => {
    const clock = new VirtualClock(0);
    let ran = 0;
    const cancel = clock.after(2, () => ran++);
    clock.after(1, cancel);
    await clock.advanceTo(10);
    cancel();
    assert.equal(ran, 0);
  });
});
