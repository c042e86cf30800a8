import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostWeight, samplingWeight, wholeWeight } from '../../src/derive/sampling-weight.ts';

const table: [traceState: string, weight: number][] = [
  ['', 1],
  ['ot=th:0', 1],
  ['ot=th:8', 2],
  ['ot=th:c', 4],
  ['ot=th:fd70a4', 1 / (1 - 0xfd70a4 / 0x1000000)],
  ['ot=rv:00112233445566;th:8', 2],
  ['ot=th:8;rv:00112233445566', 2],
  ['vendor=1,ot=th:8', 2],
  ['vendor=1, ot=th:8 ,other=2', 2],
  ['vendor=th:8', 1],
  ['not=th:8', 1],
  ['ot=th:8x', 1],
  ['ot=th:', 1],
  ['ot=th:fffff', 2 ** 20],
  ['ot=th:fffff8', 2 ** 20],
  ['ot=th:ffffffffffffff', 2 ** 20],
  ['ot=th:fffffffffffffff', 1],
  ['ot=p:8', 1],
];

for (const [traceState, weight] of table) {
  test(`a span with tracestate '${traceState}' stands for ${weight}`, () => {
    assert.equal(samplingWeight(traceState), weight);
  });
}

const roundings: [weight: number, random: number, whole: number][] = [
  [1, 0, 1],
  [4, 2 ** 32 - 1, 4],
  [1.25, 0, 2],
  [1.25, 2 ** 30 - 1, 2],
  [1.25, 2 ** 30, 1],
  [1.25, 2 ** 32 - 1, 1],
  [mostWeight, 0, mostWeight],
];

for (const [weight, random, whole] of roundings) {
  test(`a weight of ${weight} is ${whole} with ${random} for chance`, () => {
    assert.equal(wholeWeight(weight, random), whole);
  });
}
