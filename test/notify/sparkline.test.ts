import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sparkline } from '../../src/notify/sparkline.ts';

const cases: [numbers: number[], bars: string][] = [
  [[], ''],
  [[0, 0], '▁▁'],
  [[0, 1, 2, 4, 8], '▁▂▃▅█'],
  [[1, 1_000_000, 0], '▂█▁'],
  [[3], '█'],
];
for (const [numbers, bars] of cases)
  test(`${JSON.stringify(numbers)} is ${bars}`, () => assert.equal(sparkline(numbers), bars));
