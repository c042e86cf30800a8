import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Part } from '../../grouping/sample.ts';
import { figuresOf, shortfalls } from '../../grouping/score/figures.ts';
import { type Fingerprinted, fingerprinted } from '../../grouping/score/fingerprinted.ts';

const stack = 'Error: order 17 is late\n    at ship (/app/src/orders.js:3:9)';

function sample(changes: Partial<Fingerprinted>): Fingerprinted {
  const made = {
    language: 'node',
    bug: 'late',
    variant: 'first',
    part: 'tuning' as Part,
    type: 'Error',
    message: 'order 17 is late',
    stacktrace: stack,
    service: 'shop',
    runtime: 'node 24',
  };
  return { ...fingerprinted(made), ...changes };
}

suite('a sample', () => {
  test('has the frames and the fingerprint that an event of it would have', () => {
    const { frames, fingerprint, scope } = sample({});
    assert.deepEqual(
      frames.map(({ function: name, line }) => [name, line]),
      [['ship', 3]],
    );
    assert.match(fingerprint, /^\d+:[\da-f]{32}$/);
    assert.equal(scope, 'node shop');
  });
});

suite('figures', () => {
  test('are of each part by language, and of all languages of it together', () => {
    const samples = [
      sample({}),
      sample({ language: 'go', scope: 'go shop' }),
      sample({ part: 'validation' }),
    ];
    assert.deepEqual(
      figuresOf(samples).map(({ part, language, samples }) => [part, language, samples]),
      [
        ['tuning', 'node', 1],
        ['tuning', 'go', 1],
        ['tuning', 'all', 2],
        ['validation', 'node', 1],
        ['validation', 'all', 1],
      ],
    );
  });

  test('count bugs, and the issues that came of them, by service', () => {
    const samples = [
      sample({ fingerprint: '1' }),
      sample({ fingerprint: '2' }),
      sample({ fingerprint: '2', scope: 'node web' }),
    ];
    const [row] = figuresOf(samples);
    assert.deepEqual([row?.bugs, row?.issues], [2, 3]);
  });

  test('say how many traces were read, of those that there are', () => {
    const [row] = figuresOf([sample({}), sample({ frames: [] }), sample({ stacktrace: '', frames: [] })]);
    assert.deepEqual([row?.samples, row?.stacks, row?.parsed], [3, 2, 1]);
  });

  test('fall short by part as a whole, and not by language', () => {
    const split = [sample({ fingerprint: '1' }), sample({ fingerprint: '2' })];
    const samples = [...split, sample({ part: 'validation' }), sample({ part: 'validation' })];
    assert.deepEqual(shortfalls(figuresOf(samples), 0.97), ['tuning: recall is 0.000, less than 0.97']);
    assert.deepEqual(shortfalls(figuresOf(samples), 0), []);
  });
});
