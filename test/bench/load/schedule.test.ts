import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLoopTimes, usualSpansPerRequest, warmUpOf } from '../../../bench/load/schedule.ts';

for (const { spansPerSecond, perRequest, millis, times } of [
  { spansPerSecond: 100, perRequest: 10, millis: 500, times: [0, 100, 200, 300, 400] },
  { spansPerSecond: 1000, perRequest: 100, millis: 250, times: [0, 100, 200] },
  { spansPerSecond: 10_000, perRequest: 500, millis: 150, times: [0, 50, 100] },
  { spansPerSecond: 1, perRequest: 1, millis: 900, times: [0] },
  { spansPerSecond: 1000, perRequest: 100, millis: 0, times: [] },
]) {
  test(`${spansPerSecond} spans a second by ${perRequest} are sent evenly for ${millis} ms`, () => {
    assert.deepEqual([...openLoopTimes({ spansPerSecond, spansPerRequest: perRequest }, millis)], times);
  });
}

test('a schedule does not drift', () => {
  const times = [...openLoopTimes({ spansPerSecond: 10_000, spansPerRequest: 512 }, 600_000)];
  assert.equal(times.length, Math.ceil((600 * 10_000) / 512));
  assert.equal(times[10_000], 512_000);
});

for (const [load, spans] of [
  [1, 1],
  [100, 10],
  [1000, 100],
  [10_000, 512],
  ['saturated', 512],
  ['storm', 512],
] as const) {
  test(`at a load of ${load} a request has ${spans} spans`, () => {
    assert.equal(usualSpansPerRequest(load), spans);
  });
}

for (const [load, warmUp] of [
  [100, { load: 5000, spansPerRequest: 10 }],
  [1000, { load: 5000, spansPerRequest: 100 }],
  [10_000, { load: 10_000, spansPerRequest: 512 }],
  ['storm', { load: 'storm', spansPerRequest: 512 }],
] as const) {
  test(`before a load of ${load} it is warmed up with enough of requests as they will be`, () => {
    assert.deepEqual(warmUpOf(load), warmUp);
  });
}
