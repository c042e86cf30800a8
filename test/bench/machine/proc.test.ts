import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { memoryOf, parseSmapsRollup } from '../../../bench/machine/memory.ts';
import { parseSchedstat, processorNanos } from '../../../bench/machine/processor-time.ts';

suite('schedstat', () => {
  test('says how long a thread ran and waited', () => {
    assert.deepEqual(parseSchedstat('1001054136 369762 10\n'), {
      runNanos: 1_001_054_136,
      waitNanos: 369_762,
    });
    assert.deepEqual(parseSchedstat('0 0 0'), { runNanos: 0, waitNanos: 0 });
  });

  test('keeps nanoseconds of weeks', () => {
    assert.equal(parseSchedstat('2419200000000001 1 1\n').runNanos, 2_419_200_000_000_001);
  });

  for (const text of ['', '12 13', 'a b c', '1 2 3 4', '-1 2 3', '1.5 2 3']) {
    test(`is not ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseSchedstat(text), /not a schedstat/);
    });
  }
});

test('the processor time of a process grows by what it works', { skip: process.platform !== 'linux' }, () => {
  const before = processorNanos(process.pid);
  const until = performance.now() + 50;
  while (performance.now() < until);
  const worked = processorNanos(process.pid) - before;
  // Of 50 ms it had less where others wanted the processor as well; all its threads together may have had more.
  assert.ok(worked > 1e6 && worked < 1e9, `${worked} ns`);
});

test('there is no processor time of a process that is not there', () => {
  assert.throws(() => processorNanos(2 ** 30), { code: 'ENOENT' });
});

suite('smaps_rollup', () => {
  const text = [
    '55d87935e000-7fffdf4b6000 ---p 00000000 00:00 0                          [rollup]',
    'Rss:               46380 kB',
    'Pss:               44421 kB',
    'Pss_Dirty:           112 kB',
    'SwapPss:               7 kB',
    '',
  ].join('\n');

  test('has RSS and PSS, and not what only ends like them', () => {
    assert.deepEqual(parseSmapsRollup(text), { rss: 46_380 * 1024, pss: 44_421 * 1024 });
  });

  test('that lacks one is an error', () => {
    assert.throws(() => parseSmapsRollup(text.replace(/^Pss:.*$/m, '')), /nothing of Pss/);
  });

  test('is there for a real process', { skip: process.platform !== 'linux' }, () => {
    const { rss, pss } = memoryOf(process.pid);
    assert.ok(pss > 1e6 && pss <= rss, `${pss} of ${rss}`);
  });
});
