import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { countPairs, type Grouped, precision, recall } from '../../grouping/score/pairs.ts';

/** `shop/null:1` is a sample of the scope shop and the bug null with fingerprint 1. */
function samples(...texts: string[]): Grouped[] {
  return texts.map((text) => {
    const [, scope = '', bug = '', fingerprint = ''] = /^(.*)\/(.*):(.*)$/.exec(text) ?? [];
    return { scope, bug, fingerprint };
  });
}

suite('pairs of samples', () => {
  for (const [what, given, sameBug, sameFingerprint, right] of [
    ['are none of nothing', [], 0, 0, 0],
    ['are none of one', ['a/x:1'], 0, 0, 0],
    ['of one bug in one issue are right', ['a/x:1', 'a/x:1', 'a/x:1'], 3, 3, 3],
    ['of bugs apart are neither', ['a/x:1', 'a/y:2'], 0, 0, 0],
    ['of a split bug', ['a/x:1', 'a/x:1', 'a/x:2'], 3, 1, 1],
    ['of merged bugs', ['a/x:1', 'a/x:1', 'a/y:1'], 1, 3, 1],
    ['of both at once', ['a/x:1', 'a/x:2', 'a/y:1', 'a/y:1'], 2, 3, 1],
    ['of several scopes never meet', ['a/x:1', 'b/x:1', 'b/y:1'], 0, 1, 0],
  ] as const) {
    test(what, () => {
      assert.deepEqual(countPairs(samples(...given)), { sameBug, sameFingerprint, right });
    });
  }

  test('are those that are found by comparing each with each', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const sample = fc.record({ scope: name, bug: name, fingerprint: name });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 20 }), (all) => {
        assert.deepEqual(countPairs(all), countedOneByOne(all));
      }),
    );
  });

  test('have texts that do not run together', () => {
    const given = [
      { scope: 'a', bug: 'b","c', fingerprint: '1' },
      { scope: 'a","b', bug: 'c', fingerprint: '1' },
    ];
    assert.deepEqual(countPairs(given), { sameBug: 0, sameFingerprint: 0, right: 0 });
  });
});

function countedOneByOne(all: readonly Grouped[]) {
  const pairs = all.flatMap((one, index) => all.slice(index + 1).map((other) => [one, other] as const));
  const inScope = pairs.filter(([one, other]) => one.scope === other.scope);
  const sameBug = inScope.filter(([one, other]) => one.bug === other.bug);
  const sameFingerprint = inScope.filter(([one, other]) => one.fingerprint === other.fingerprint);
  const right = sameBug.filter(([one, other]) => one.fingerprint === other.fingerprint);
  return { sameBug: sameBug.length, sameFingerprint: sameFingerprint.length, right: right.length };
}

suite('precision and recall', () => {
  test('are the shares of pairs that are right', () => {
    const pairs = { sameBug: 10, sameFingerprint: 8, right: 6 };
    assert.deepEqual([precision(pairs), recall(pairs)], [0.75, 0.6]);
  });

  test('lose nothing where there are no pairs', () => {
    const pairs = { sameBug: 0, sameFingerprint: 0, right: 0 };
    assert.deepEqual([precision(pairs), recall(pairs)], [1, 1]);
  });

  test('are lost one for the other: all in one issue, each in its own', () => {
    const merged = countPairs(samples('a/x:1', 'a/x:1', 'a/y:1', 'a/y:1'));
    assert.deepEqual([precision(merged), recall(merged)], [2 / 6, 1]);
    const split = countPairs(samples('a/x:1', 'a/x:2', 'a/y:3', 'a/y:4'));
    assert.deepEqual([precision(split), recall(split)], [1, 0]);
  });
});
