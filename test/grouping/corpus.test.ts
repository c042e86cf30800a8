import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { parts, type Sample } from '../../grouping/sample.ts';
import { typeName } from '../../src/errors/fingerprint/type-name.ts';

const corpus = join(import.meta.dirname, '../../grouping/corpus');
const files = readdirSync(corpus);

suite('the corpus', () => {
  for (const file of files) {
    const text = readFileSync(join(corpus, file), 'utf8');
    const samples = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Sample);

    test(`${file} has a bug once in a variant, all of it in one part, and nothing twice`, () => {
      for (const [bug, own] of Map.groupBy(samples, (sample) => `${sample.service} ${sample.bug}`)) {
        assert.equal(new Set(own.map(({ part }) => part)).size, 1, bug);
        assert.equal(new Set(own.map(({ variant }) => variant)).size, own.length, bug);
        const said = own.map(({ type, message, stacktrace }) => JSON.stringify([type, message, stacktrace]));
        assert.equal(new Set(said).size, own.length, bug);
      }
      assert.deepEqual(new Set(samples.map(({ part }) => part)), new Set(parts));
    });

    test(`${file} has bugs that fail as they were meant to in every variant`, () => {
      // Two browsers have names of their own for the same failure, and versions of a language may have.
      const alike = Map.groupBy(
        samples,
        ({ service, bug, runtime }) => `${service} ${bug} ${runtime.split(' ', 1)[0]}`,
      );
      for (const [bug, own] of alike)
        assert.equal(new Set(own.map(({ type, message }) => typeName(type, message))).size, 1, bug);
    });

    test(`${file} names no place of the machine that made it`, () => {
      assert.doesNotMatch(text, /\/tmp\/|\/root\b|\/\.(?:cargo|pyenv|m2)\//);
      assert.equal(text.includes(`${homedir()}/`), false);
    });
  }

  test('stays small enough to be read with the sources', () => {
    const bytes = files.reduce((sum, file) => sum + readFileSync(join(corpus, file)).length, 0);
    assert.ok(bytes < 3_500_000, `${bytes} bytes`);
  });
});
