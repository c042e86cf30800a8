import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileLock } from '../../src/store/sqlite/file-lock.ts';
import { temporaryDirectory } from '../config/support.ts';
import { eventually } from '../support/eventually.ts';

const tryTo = (path: string): string => {
  try {
    new FileLock(path).release();
    return 'free';
  } catch (error) {
    return (error as Error).name;
  }
};

test('a lock is held by one until it lets go', (t) => {
  const path = join(temporaryDirectory(t), 'lock');
  const held = new FileLock(path);
  assert.equal(tryTo(path), 'Locked');
  held.release();
  held.release();
  assert.equal(tryTo(path), 'free');
});

test('a lock ends with a process that is killed', async (t) => {
  const path = join(temporaryDirectory(t), 'lock');
  const module = new URL('../../src/store/sqlite/file-lock.ts', import.meta.url).href;
  const code = `import { FileLock } from ${JSON.stringify(module)}; globalThis.held = new FileLock(${JSON.stringify(path)});
    setInterval(() => globalThis.gc?.(), 10); console.log('held');`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', code]);
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  assert.equal(tryTo(path), 'Locked');
  child.kill('SIGKILL');
  await eventually('the lock to be free', () => tryTo(path) === 'free');
});

test('a place that cannot be written is not taken for a lock', (t) => {
  assert.equal(tryTo(join(temporaryDirectory(t), 'nowhere', 'lock')), 'Error');
});
