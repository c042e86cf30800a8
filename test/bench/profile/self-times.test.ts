import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type CpuProfile, selfTimes } from '../../../bench/profile/self-times.ts';

const frame = (functionName: string, url = '', lineNumber = -1) => ({ functionName, url, lineNumber });
const always = { fromMicros: 0, untilMicros: Infinity };

suite('self times', () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 5] },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: frame('(garbage collector)') },
      { id: 4, callFrame: frame('scan', 'file:///app/dist/main.js', 11) },
      // The same function, called from elsewhere.
      { id: 5, callFrame: frame('scan', 'file:///app/dist/main.js', 11), children: [6] },
      { id: 6, callFrame: frame('', 'node:zlib', 0), children: [7] },
      { id: 7, callFrame: frame('crc32') },
    ],
    startTime: 1_000,
    samples: [1, 2, 4, 3, 5, 6, 7],
    timeDeltas: [5, 1000, 30, 40, 20, 10, 7],
  };

  test('are summed by function, without idle time, the most first', () => {
    assert.deepEqual(
      selfTimes(profile, always).map(({ name, micros }) => [name, micros]),
      [
        ['scan main.js:12', 50],
        ['(garbage collector)', 40],
        ['(anonymous) node:zlib:1 ← scan main.js:12', 10],
        ['crc32 ← scan main.js:12', 7],
      ],
    );
  });

  test('are of the time that is asked for', () => {
    const { startTime } = profile;
    assert.deepEqual(selfTimes(profile, { fromMicros: startTime + 1036, untilMicros: startTime + 1096 }), [
      { name: '(garbage collector)', micros: 40, share: 2 / 3 },
      { name: 'scan main.js:12', micros: 20, share: 1 / 3 },
    ]);
  });
});
