import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { lockData } from '../../src/app/start/data-directory.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { temporaryDirectory } from '../config/support.ts';

function setUp(t: TestContext) {
  const root = temporaryDirectory(t);
  const directories = ['a', 'b'].map((name) => join(root, name));
  for (const directory of directories) mkdirSync(directory);
  const [a, b] = directories as [string, string];
  const lock = (directory: string, url = ''): (() => void) => {
    const release = lockData(configurationSchema.parse({ store: { url } }), directory);
    t.after(release);
    return release;
  };
  const inUse = { name: 'DataDirectoryUnusable', message: /is in use by another Tocsin/ };
  return { root, a, b, lock, inUse };
}

suite('a store is used by one Tocsin', () => {
  test('whose directory it is in', (t) => {
    const { a, lock, inUse } = setUp(t);
    const release = lock(a);
    assert.throws(() => lock(a), inUse);
    release();
    lock(a);
  });

  test('also when another names the file by its path', (t) => {
    const { a, b, lock, inUse } = setUp(t);
    lock(a);
    assert.throws(() => lock(b, `sqlite:${join(a, 'tocsin.db')}`), inUse);
    lock(b);
  });

  test('also when another names it by a link', (t) => {
    const { root, a, b, lock, inUse } = setUp(t);
    const file = join(a, 'tocsin.db');
    writeFileSync(file, '');
    symlinkSync(file, join(root, 'link.db'));
    symlinkSync(a, join(root, 'link'));
    lock(a);
    assert.throws(() => lock(b, `sqlite:${join(root, 'link.db')}`), inUse);
    assert.throws(() => lock(b, `sqlite:${join(root, 'link', 'tocsin.db')}`), inUse);
    lock(b);
  });
});
