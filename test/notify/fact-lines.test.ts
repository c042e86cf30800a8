import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { factLines } from '../../src/notify/fact-lines.ts';
import type { Fact } from '../../src/notify/message.ts';

const facts: Fact[] = [
  { name: 'Service', value: 'shop', isInSummary: true },
  { name: 'Version', value: '1', isBeside: true },
  { name: 'Severity', value: 'high', isInSummary: true },
  { name: 'State', value: 'new', isBeside: true },
  { name: 'Pods', value: '2', isBeside: true },
  { name: 'Environment', value: 'x', isInSummary: true },
];
const names = (lines: Fact[][]): string[] => lines.map((line) => line.map(({ name }) => name).join(' '));

suite('facts stand in lines', () => {
  test('beside each other where they may', () => {
    assert.deepEqual(names(factLines(facts, false)), [
      'Service Version',
      'Severity State Pods',
      'Environment',
    ]);
  });

  test('without what the summary says, and without a line of nothing', () => {
    assert.deepEqual(names(factLines(facts, true)), ['Version', 'State Pods']);
  });

  test('also if the first is to be beside another', () => {
    assert.deepEqual(names(factLines(facts.slice(1, 2), false)), ['Version']);
    assert.deepEqual(factLines([], true), []);
  });
});
