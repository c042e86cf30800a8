import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { formatThreshold, isLess, parseBits, thresholdOf } from '../../../src/pipeline/sampling/threshold.ts';

suite('a sampling threshold', () => {
  // By the Collector's own pkg/sampling, ProbabilityToThresholdWithPrecision(ratio, 4).
  const thresholds: [ratio: number, th: string][] = [
    [1, '0'],
    [0.5, '8'],
    [0.25, 'c'],
    [1 / 3, 'aaab'],
    [0.1, 'e666'],
    [0.9, '199a'],
    [0.99, '028f6'],
    [0.999, '004189'],
    [0.7, '4ccd'],
    [0.01, 'fd70a'],
    [0.001, 'ffbe77'],
    [0.000_001, 'ffffef39'],
    [1e-9, 'fffffffbb48'],
    [2 ** -56, 'ffffffffffffff'],
  ];
  for (const [ratio, th] of thresholds)
    test(`of ${ratio} is ${th}`, () => assert.equal(formatThreshold(thresholdOf(ratio)), th));

  test('is compared by all of its bits', () => {
    const ordered = [
      '0',
      '00000000000001',
      '0000001',
      '7fffffffffffff',
      '8',
      '80000000000001',
      'ffffffffffffff',
    ];
    for (const [i, one] of ordered.entries())
      for (const [j, other] of ordered.entries())
        assert.equal(isLess(parseBits(one)!, parseBits(other)!), i < j, `${one} < ${other}`);
  });

  for (const text of ['', 'g', 'C', '123456789012345', ' 8'])
    test(`is not “${text}”`, () => assert.equal(parseBits(text), undefined));
});
