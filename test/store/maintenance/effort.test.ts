import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Effort } from '../../../src/store/sqlite/maintenance/effort.ts';

function setUp() {
  let time = 0;
  const effort = new Effort(() => time);
  const pass = (millis: number): void => void (time += millis);
  return { effort, pass, store: (millis: number) => effort.storing(() => pass(millis)) };
}

/** For how long a step may delete something. */
function millisOf(
  { effort, pass }: Pick<ReturnType<typeof setUp>, 'effort' | 'pass'>,
  pressure: number,
): number {
  const { isSpent } = effort.budget(pressure);
  let millis = 0;
  for (; !isSpent(); millis++) pass(1);
  return millis;
}

suite('the effort that goes into maintenance', () => {
  test('is a millisecond and some rows, whatever is stored', () => {
    const { effort, pass, store } = setUp();
    store(30);
    assert.equal(effort.budget(0).rows, 32);
    assert.equal(millisOf({ effort, pass }, 0), 1);
  });

  test('is as much as goes into storing when more is stored than goes, within a bound', () => {
    const { effort, pass, store } = setUp();
    store(10);
    store(5);
    effort.settle();
    assert.equal(millisOf({ effort, pass }, 1), 15, 'a step that deletes nothing changes nothing');
    assert.equal(millisOf({ effort, pass }, 1), 1);
    store(5);
    assert.equal(millisOf({ effort, pass }, 3), 15, 'and more where that is not enough');
    store(5000);
    assert.equal(effort.budget(1).rows, 1600);
    store(5000);
    assert.equal(millisOf({ effort, pass }, 1), 50);
  });

  test('is told with the part of the time that goes into storing, and for how long nothing was', () => {
    const { effort, pass, store } = setUp();
    assert.equal(effort.idleMillis, Infinity);
    pass(60);
    store(20);
    pass(10);
    effort.begin();
    pass(10);
    assert.deepEqual(effort.settle(), { tookMillis: 10, storingShare: 0.2 });
    assert.equal(effort.idleMillis, 20);
    assert.equal(effort.settle().storingShare, 0);
  });

  test('counts what could not be stored as well', () => {
    const { effort, pass } = setUp();
    assert.throws(() =>
      effort.storing(() => {
        pass(5);
        throw new Error('disk full');
      }),
    );
    assert.equal(effort.settle().storingShare, 1);
  });
});
