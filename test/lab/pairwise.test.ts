import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allPairs, pairwise } from './scenarios/pairwise.ts';
import { nodeFactors as factors } from './scenarios/factors.ts';
import { retriedScenarios } from './scenarios/retried.ts';
import { scenarios } from './scenarios/index.ts';

const small = { a: [1, 2, 3], b: ['x', 'y'], c: ['p', 'q'], d: [true, false].map(String) } as const;

function pairsIn(rows: readonly Record<string, string | number>[], of: typeof small): string[] {
  const wanted = allPairs(of);
  return wanted.filter((pair) => {
    const parts = Object.entries(JSON.parse(pair) as Record<string, string | number>);
    return rows.some((row) => parts.every(([name, value]) => row[name] === value));
  });
}

suite('a pairwise selection', () => {
  test('has every pair of values, in fewer rows than the product', () => {
    const rows = pairwise(small, 1);
    assert.deepEqual(pairsIn(rows, small), allPairs(small));
    assert.ok(rows.length < 3 * 2 * 2 * 2);
  });

  test('is always the same for a seed', () => {
    assert.deepEqual(pairwise(small, 5), pairwise(small, 5));
    assert.notDeepEqual(pairwise(small, 5), pairwise(small, 6));
  });

  test('has the cheapest value wherever no pair needs another, and still every pair', () => {
    const rows = pairwise(factors, 3, ['concurrency']);
    const asItComes = pairwise(factors, 3);
    const cheap = (one: typeof rows) => one.filter(({ concurrency }) => concurrency === 1).length;
    assert.ok(cheap(rows) > cheap(asItComes));
    const counts = new Set(rows.map(({ client, concurrency }) => `${client} ${concurrency}`));
    assert.equal(counts.size, factors.client.length * factors.concurrency.length);
  });
});

suite('the scenarios', () => {
  test('have names of their own', () => {
    const names = scenarios().map(({ runtime, library, plan }) => `${runtime}/${library}/${plan.scenario}`);
    assert.deepEqual(names, [...new Set(names)]);
  });

  test('have calls with ids of their own', () => {
    for (const { plan } of scenarios())
      assert.equal(new Set(plan.calls.map(({ id }) => id)).size, plan.calls.length, plan.scenario);
  });

  test('let a call fail for good only where the next one does not look like its retry', () => {
    const rows = retriedScenarios().filter(
      ({ conditions }) =>
        conditions['url'] === 'same' && conditions['parent'] !== 'own' && conditions['concurrency'] === 1,
    );
    assert.ok(rows.length > 5);
    for (const { plan } of rows)
      for (const { script } of plan.calls.slice(0, -1))
        assert.ok(script.length <= plan.retry.retries + 1, plan.scenario);
  });
});
