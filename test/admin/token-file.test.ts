import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { storedToken } from '../../src/admin/token-file.ts';
import { temporaryDirectory } from '../config/support.ts';

suite('the token that is kept', () => {
  test('is made once, can only be read by its owner, and stays the same', (t) => {
    const directory = temporaryDirectory(t);
    const { token, path, warnings } = storedToken(directory);
    assert.match(token.reveal(), /^[\w-]{32}$/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(storedToken(directory).token.reveal(), token.reveal());
    assert.deepEqual(warnings, []);
  });

  test('may be one that somebody wrote', (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'admin-token'), '  sixteen-letters!\r\n', { mode: 0o600 });
    const { token, warnings } = storedToken(directory);
    assert.equal(token.reveal(), 'sixteen-letters!');
    assert.deepEqual(warnings, []);
  });

  const noTokens: [what: string, content: string | Buffer][] = [
    ['nothing', ''],
    ['white space', ' \n\t\n'],
    ['too little', 'fifteen-letters'],
    ['two words', 'the first-token and the second'],
    ['two lines', 'the-first-token-of-two\nthe-second-token-of-two\n'],
    ['letters that no header holds', 'schlüssel-schlüssel-schlüssel'],
    ['a NUL', 'sixteen\u0000letters-and-more'],
    ['far too much', Buffer.alloc(1_000_000, 'x')],
  ];
  for (const [what, content] of noTokens) {
    test(`is made anew, and that is told, where there is ${what}`, (t) => {
      const directory = temporaryDirectory(t);
      const path = join(directory, 'admin-token');
      writeFileSync(path, content, { mode: 0o644 });
      const { token, warnings } = storedToken(directory);
      assert.match(token.reveal(), /^[\w-]{32}$/);
      assert.equal(readFileSync(path, 'utf8').trim(), token.reveal());
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /a new one was made, the old one is not taken any more$/);
      assert.ok(!warnings[0]!.includes(token.reveal()));
      assert.deepEqual(storedToken(directory).warnings, []);
    });
  }

  test('is taken, and that is told, when others can read it', (t) => {
    const directory = temporaryDirectory(t);
    const { token, path } = storedToken(directory);
    for (const mode of [0o640, 0o604]) {
      chmodSync(path, mode);
      const again = storedToken(directory);
      assert.equal(again.token.reveal(), token.reveal());
      assert.deepEqual(again.warnings, [
        `${path} can be read by others than its owner, who can then use the API: chmod 600 ${path}`,
      ]);
    }
  });

  test('that cannot be kept says so, and what to do', (t) => {
    const directory = temporaryDirectory(t);
    assert.throws(() => storedToken(join(directory, 'nowhere')), {
      name: 'TokenFileUnusable',
      message: /the admin token cannot be kept in .*nowhere.*ENOENT.*set TOCSIN_ADMIN_TOKEN$/,
    });
    mkdirSync(join(directory, 'admin-token'));
    assert.throws(() => storedToken(directory), { name: 'TokenFileUnusable' });
  });
});
