import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { faultsOf } from '../../grouping/score/faults.ts';

function sample(bug: string, fingerprint: string, variant: string, scope = 'node shop') {
  return { scope, bug, fingerprint, variant };
}

suite('faults of a grouping', () => {
  test('are none where each bug is an issue', () => {
    const samples = [sample('x', '1', 'first'), sample('x', '1', 'moved'), sample('y', '2', 'first')];
    assert.deepEqual(faultsOf(samples), []);
  });

  test('are bugs that are split, by their fingerprints with the largest group first', () => {
    const samples = [sample('x', '1', 'first'), sample('x', '2', 'moved'), sample('x', '2', 'renamed')];
    const [fault, ...others] = faultsOf(samples);
    assert.deepEqual(others, []);
    assert.deepEqual([fault?.kind, fault?.pairs], ['split', 2]);
    assert.deepEqual(
      fault?.groups.map((group) => group.map(({ variant }) => variant)),
      [['moved', 'renamed'], ['first']],
    );
  });

  test('are bugs that are merged, by bug', () => {
    const samples = [sample('x', '1', 'first'), sample('y', '1', 'first'), sample('y', '1', 'moved')];
    const [fault, ...others] = faultsOf(samples);
    assert.deepEqual(others, []);
    assert.deepEqual([fault?.kind, fault?.pairs], ['merged', 2]);
    assert.deepEqual(
      fault?.groups.map((group) => group.map(({ bug }) => bug)),
      [['y', 'y'], ['x']],
    );
  });

  test('come with the worst first', () => {
    const samples = [
      sample('x', '1', 'first'),
      sample('x', '2', 'moved'),
      ...['first', 'moved', 'renamed'].flatMap((variant) => [
        sample('y', '3', variant),
        sample('z', '3', variant),
      ]),
    ];
    assert.deepEqual(
      faultsOf(samples).map(({ kind, pairs }) => [kind, pairs]),
      [
        ['merged', 9],
        ['split', 1],
      ],
    );
  });

  test('are not looked for across services', () => {
    assert.deepEqual(
      faultsOf([sample('x', '1', 'first', 'node shop'), sample('y', '1', 'first', 'go shop')]),
      [],
    );
  });
});
