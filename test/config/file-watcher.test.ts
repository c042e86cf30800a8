import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { FileWatcher } from '../../src/config/file-watcher.ts';
import { eventually } from '../support/eventually.ts';
import { TestClock } from '../support/test-clock.ts';
import { temporaryDirectory, write } from './support.ts';

/** A watcher that has come to rest after its start, and notes what is in the first file whenever it says that something changed. */
async function watching(t: TestContext, ...paths: string[]) {
  const clock = new TestClock();
  const seen: string[] = [];
  const watcher = new FileWatcher(clock, () => seen.push(contentOf(paths[0]!)));
  t.after(() => watcher.stop());
  watcher.watch(paths);
  await watcher.start();
  const changed = async (within: number): Promise<number> => {
    const [from, before] = [clock.monotonic(), seen.length];
    await eventually('a change to be told', () => {
      // By small steps, since each look waits for the file system in between.
      clock.advance(within / 200);
      return seen.length > before;
    });
    const took = clock.monotonic() - from;
    assert.ok(took <= within, `it took ${took} ms`);
    return took;
  };
  await changed(2_000);
  return { clock, seen, watcher, changed };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '(none)';
  }
}

/** What Kubernetes does: a directory for each version, `..data` to the newest, and a link for each file through it. */
function configMap(directory: string): { path: string; update: (text: string) => void } {
  let version = 0;
  const update = (text: string): void => {
    const before = `..${version}`;
    version++;
    mkdirSync(join(directory, `..${version}`));
    write(join(directory, `..${version}`), 'tocsin.yaml', text);
    symlinkSync(`..${version}`, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    rmSync(join(directory, before), { recursive: true, force: true });
  };
  symlinkSync('..data/tocsin.yaml', join(directory, 'tocsin.yaml'));
  return { path: join(directory, 'tocsin.yaml'), update };
}

/** Far less than the time between two polls. */
const soon = 5_000;

suite('a change of a file is told', { concurrency: 2 }, () => {
  const table: [name: string, change: (path: string, directory: string) => void, seen: string][] = [
    ['when it is written in place', (path) => writeFileSync(path, 'b'), 'b'],
    ['when it is written in place with the same length', (path) => writeFileSync(path, 'B'), 'B'],
    [
      'when an editor writes a new one and renames it',
      (path, directory) => renameSync(write(directory, '.swap', 'b'), path),
      'b',
    ],
    ['when it is deleted', (path) => unlinkSync(path), '(none)'],
    [
      'when its directory is made anew',
      (path, directory) => {
        rmSync(directory, { recursive: true });
        mkdirSync(directory);
        writeFileSync(path, 'b');
      },
      'b',
    ],
  ];
  for (const [name, change, expected] of table) {
    test(name, async (t) => {
      const directory = join(temporaryDirectory(t), 'd');
      mkdirSync(directory);
      const path = write(directory, 'a.yaml', 'a');
      const { changed, seen } = await watching(t, path);
      change(path, directory);
      await changed(soon);
      assert.equal(seen.at(-1), expected);
    });
  }

  test('when it comes, goes and comes back', async (t) => {
    const path = join(temporaryDirectory(t), 'a.yaml');
    const { changed, seen } = await watching(t, path);
    writeFileSync(path, 'a');
    await changed(soon);
    unlinkSync(path);
    await changed(soon);
    writeFileSync(path, 'a');
    await changed(soon);
    assert.deepEqual(seen, ['(none)', 'a', '(none)', 'a']);
  });

  test('when a ConfigMap is updated, again and again', async (t) => {
    const { path, update } = configMap(temporaryDirectory(t));
    update('first');
    const { changed, seen } = await watching(t, path);
    for (const text of ['second', 'third', 'fourth']) {
      update(text);
      await changed(soon);
    }
    assert.deepEqual(seen, ['first', 'second', 'third', 'fourth']);
  });

  test('when it is written where a link to it leads', async (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, 'elsewhere'));
    const target = write(join(directory, 'elsewhere'), 'real.yaml', 'a');
    const path = join(directory, 'a.yaml');
    symlinkSync(target, path);
    const { changed, seen } = await watching(t, path);
    writeFileSync(target, 'b');
    await changed(soon);
    assert.equal(seen.at(-1), 'b');
  });

  test('when it is any of several, also of those that are named later', async (t) => {
    const directory = temporaryDirectory(t);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => write(directory, name, name));
    const { changed, watcher } = await watching(t, a!, b!);
    writeFileSync(b!, 'x');
    await changed(soon);
    watcher.watch([a!, c!]);
    await changed(soon);
    writeFileSync(c!, 'x');
    await changed(soon);
  });
});

suite('a change that nobody tells of is found within ten seconds', () => {
  test('a directory above is swapped', async (t) => {
    const directory = temporaryDirectory(t);
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(directory, version));
      write(join(directory, version), 'a.yaml', version);
    }
    symlinkSync('v1', join(directory, 'current'));
    const { changed, seen } = await watching(t, join(directory, 'current', 'a.yaml'));
    symlinkSync('v2', join(directory, 'next'));
    renameSync(join(directory, 'next'), join(directory, 'current'));
    await changed(11_000);
    assert.equal(seen.at(-1), 'v2');
  });

  test('a directory comes into being', async (t) => {
    const directory = join(temporaryDirectory(t), 'later');
    const { changed, seen } = await watching(t, join(directory, 'a.yaml'));
    mkdirSync(directory);
    write(directory, 'a.yaml', 'a');
    await changed(11_000);
    assert.equal(seen.at(-1), 'a');
  });
});

suite('a file that is being written', () => {
  test('is read when it rests', async (t) => {
    const path = write(temporaryDirectory(t), 'a.yaml', 'before');
    const { clock, changed, seen } = await watching(t, path);
    await eventually('nothing to be due but the poll', () => clock.pendingTimers === 1);
    writeFileSync(path, 'half');
    await eventually('a look to be due', () => clock.pendingTimers === 2);
    writeFileSync(path, 'whole');
    await changed(soon);
    assert.deepEqual(seen, ['before', 'whole']);
  });

  test('is read all the same if it never rests', async (t) => {
    const path = write(temporaryDirectory(t), 'a.yaml', 'a');
    const { clock, seen } = await watching(t, path);
    await eventually('it to be told', () => {
      appendFileSync(path, 'a');
      clock.advance(50);
      return seen.length > 1;
    });
  });
});

test('nothing is told when a neighbour changes, nor after the stop', async (t) => {
  const directory = temporaryDirectory(t);
  const path = write(directory, 'a.yaml', 'a');
  const { clock, seen, watcher } = await watching(t, path);
  await eventually('nothing to be due but the poll', () => clock.pendingTimers === 1);
  write(directory, 'neighbour', 'x');
  await eventually('a look to be due', () => clock.pendingTimers === 2);
  clock.advance(300);
  await eventually('the look to be over', () => {
    clock.advance(1);
    return clock.pendingTimers === 1;
  });
  assert.equal(seen.length, 1);
  await watcher.stop();
  await watcher.stop();
  assert.equal(clock.pendingTimers, 0);
  writeFileSync(path, 'b');
  clock.advance(60_000);
  assert.equal(clock.pendingTimers, 0);
  assert.equal(seen.length, 1);
});
