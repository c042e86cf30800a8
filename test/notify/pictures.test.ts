import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { kinds } from './kinds.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const files = readdirSync(`${root}docs/images`, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.png'),
);
const mostBytes = 60 * 1024;

suite('pictures in the documentation', () => {
  const shown = pages.flatMap((page) => [
    ...readFileSync(root + page, 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g),
  ]);

  test('are all there, each with what it shows in words', () => {
    const missing = shown.filter(
      ([, words, path]) => words === '' || !files.includes(path!.replace(/^(docs\/)?images\//, '')),
    );
    assert.deepEqual(
      missing.map(([all]) => all),
      [],
    );
  });

  test('are all shown', () => {
    assert.deepEqual(
      files.filter((file) => !shown.some(([, , path]) => path!.endsWith(`images/${file}`))),
      [],
    );
  });

  test('are there for every kind of message', () => {
    const missing = kinds.filter(({ name }) => !files.includes(`messages/slack-${name}.png`));
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });

  test('are small', () => {
    assert.deepEqual(
      files.filter((file) => statSync(`${root}docs/images/${file}`).size > mostBytes),
      [],
    );
  });
});
