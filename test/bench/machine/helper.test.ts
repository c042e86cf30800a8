import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Helper } from '../../../bench/machine/helper.ts';

const program = new URL('answering.ts', import.meta.url);

suite('a helper process', () => {
  test('answers each question, in whatever order', async () => {
    const helper = new Helper<string, string>(program);
    try {
      const answers = await Promise.all(['slowly', 'a', 'b'].map((question) => helper.ask(question)));
      assert.deepEqual(answers, ['slowly!', 'a!', 'b!']);
    } finally {
      await helper.stop();
    }
  });

  test('says what went wrong, and goes on', async () => {
    const helper = new Helper<string, string>(program);
    try {
      await assert.rejects(helper.ask('throw'), /it was asked to/);
      assert.equal(await helper.ask('a'), 'a!');
    } finally {
      await helper.stop();
    }
  });

  test('that ends leaves nobody waiting', async () => {
    const helper = new Helper<string, string>(program);
    await assert.rejects(helper.ask('exit'), /it ended: 3/);
    await helper.stop();
  });
});
