import assert from 'node:assert/strict';
import { symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ConfigurationSource } from '../../src/app/configuration/configuration-source.ts';
import { temporaryDirectory, write } from '../config/support.ts';

suite('a version of the configuration', () => {
  test('is that of all contents, and of what cannot be read', (t) => {
    const directory = temporaryDirectory(t);
    const path = write(directory, 'a.yaml', `store: {url: "sqlite:\${file:${directory}/url}"}`);
    const source = new ConfigurationSource([path], {});
    const versions = [source.read().version];
    for (const url of ['a', 'b', '']) {
      write(directory, 'url', url);
      versions.push(source.read().version);
    }
    unlinkSync(path);
    versions.push(source.read().version);
    assert.equal(new Set(versions).size, 5);
    assert.equal(source.read().version, versions[4]);
  });

  test('has the texts of its files as they are written, and no others', (t) => {
    const directory = temporaryDirectory(t);
    const text = `store: {url: "sqlite:\${file:${directory}/url}"}`;
    const paths = [write(directory, 'a.yaml', text), write(directory, 'b.yaml', '')];
    write(directory, 'url', 'hunter2');
    const snapshot = new ConfigurationSource(paths, {}).read();
    assert.deepEqual(snapshot.texts, [
      { path: paths[0], text },
      { path: paths[1], text: '' },
    ]);
    assert.deepEqual(snapshot.paths, [paths[0], `${directory}/url`, paths[1]]);
  });
});

suite('what is no regular file', () => {
  test('is read once, as a pipe gives what it has once', (t) => {
    const directory = temporaryDirectory(t);
    const path = join(directory, 'a.yaml');
    symlinkSync('/dev/null', path);
    const source = new ConfigurationSource([path], {});
    const first = source.read();
    assert.deepEqual(first.problems, []);
    assert.deepEqual(first.paths, []);
    assert.equal(source.read().version, first.version);
  });

  test('is not opened when it takes the place of a file', (t) => {
    const directory = temporaryDirectory(t);
    const path = write(directory, 'a.yaml', '');
    const source = new ConfigurationSource([path], {});
    source.read();
    unlinkSync(path);
    symlinkSync('/dev/zero', path);
    const { value, problems, paths } = source.read();
    assert.equal(value, undefined);
    assert.equal(problems[0]!.message, 'cannot be read: it is no file any more, but a pipe or device');
    assert.deepEqual(paths, [path]);
  });
});
