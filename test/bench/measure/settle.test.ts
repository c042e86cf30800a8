import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { settle } from '../../../bench/measure/settle.ts';

interface Looks {
  /** Processor time and spans delivered, one after the other; the last stay. */
  nanos?: readonly number[];
  delivered?: readonly number[];
}

/** @returns how often it was waited */
async function looksUntilSettled({ nanos = [0], delivered = [0] }: Looks): Promise<number> {
  let look = 0;
  const at = (values: readonly number[]): number => values[Math.min(look, values.length - 1)]!;
  await settle(
    () => at(nanos),
    () => Promise.resolve(at(delivered)),
    () => Promise.resolve(look++),
  );
  return look;
}

suite('a subject has settled', () => {
  test('when nothing happened for longer than spans may be held', async () => {
    assert.equal(await looksUntilSettled({}), 13);
  });

  test('not while it is at work', async () => {
    assert.equal(await looksUntilSettled({ nanos: [0, 90e6, 180e6, 181e6] }), 15);
  });

  test('not while something is delivered, though it costs nearly nothing', async () => {
    assert.equal(await looksUntilSettled({ nanos: [0, 1e6, 2e6, 3e6, 4e6], delivered: [0, 0, 0, 1, 1] }), 16);
  });

  test('not by a pause', async () => {
    assert.equal(await looksUntilSettled({ delivered: [0, 0, 0, 512, 512, 512, 512] }), 16);
  });

  test('never, if it goes on for half a minute', async () => {
    const nanos = Array.from({ length: 1000 }, (_, look) => look * 100e6);
    await assert.rejects(looksUntilSettled({ nanos }), /still at work 30 s after/);
  });
});
