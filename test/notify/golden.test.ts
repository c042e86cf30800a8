import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { goldenFiles, goldens, goldenText } from './golden.ts';

suite('every kind of message is shown as test/notify/golden has it: npm run goldens writes it anew', () => {
  for (const golden of goldens)
    test(golden.file, async () => assert.equal(await golden.text(), goldenText(golden)));

  test('there is no file of a message that is no more', () => {
    assert.deepEqual(goldenFiles().sort(), goldens.map(({ file }) => file).sort());
  });
});
