import assert from 'node:assert/strict';
import { test } from 'node:test';
import { titleOf } from '../../src/admin/handlers/issue-answer.ts';
import type { Issue } from '../../src/issues/issue.ts';

const table: [type: string, message: string, wanted: string][] = [
  ['CardError', 'refused\nby the bank', 'CardError: refused'],
  ['MemoryError', '', 'MemoryError'],
  ['AssertionError', '\n  a = 1', 'AssertionError'],
];

for (const [type, message, wanted] of table) {
  test(`an issue of ${JSON.stringify(`${type}: ${message}`)} is called ${wanted}`, () => {
    assert.equal(titleOf({ type, message } as Issue), wanted);
  });
}
