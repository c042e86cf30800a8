import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfTimes } from '../../../bench/profile/self-times.ts';

const frame = (functionName: string, url = '', lineNumber = -1) => ({ functionName, url, lineNumber });

test('self times are summed by function, without idle time, the most first', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(root)') },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: frame('(garbage collector)') },
      { id: 4, callFrame: frame('scan', 'file:///app/dist/main.js', 11) },
      // The same function, called from elsewhere.
      { id: 5, callFrame: frame('scan', 'file:///app/dist/main.js', 11) },
      { id: 6, callFrame: frame('', 'node:zlib', 0) },
    ],
    samples: [1, 2, 4, 3, 5, 6],
    timeDeltas: [5, 1000, 30, 40, 20, 10],
  };
  assert.deepEqual(selfTimes(profile), [
    { name: 'scan main.js:12', micros: 50, share: 0.5 },
    { name: '(garbage collector)', micros: 40, share: 0.4 },
    { name: '(anonymous) node:zlib:1', micros: 10, share: 0.1 },
  ]);
});
