import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Thrown } from '../../grouping/generate/language.ts';
import { samplesOf, withoutRepetitions } from '../../grouping/generate/samples.ts';
import { variants } from '../../grouping/generate/variants.ts';

const thrown: Thrown = {
  bug: 'late',
  type: 'Error',
  message: 'late',
  stacktrace: 'Error: late\n    at /made/here/a.js:1:2',
};

function made(name: string, changes: Partial<Thrown> = {}, places = new Map<string, string>()) {
  const variant = variants.find((variant) => variant.name === name)!;
  const outcome = { thrown: [{ ...thrown, ...changes }], runtime: 'node 24', service: 'shop', places };
  return samplesOf('node', variant, outcome, '/made/here');
}

suite('a sample of the corpus', () => {
  test('stands where its variant is deployed', () => {
    const [sample] = made('release', { message: 'no /made/here/b' });
    assert.equal(sample?.stacktrace, 'Error: late\n    at /srv/releases/20240611093012/a.js:1:2');
    assert.equal(sample?.message, 'no /srv/releases/20240611093012/b');
  });

  test('has its dependencies where they are installed', () => {
    const [sample] = made('first', {}, new Map([['/app/a.js', '/usr/lib/a.js']]));
    assert.equal(sample?.stacktrace, 'Error: late\n    at /usr/lib/a.js:1:2');
  });

  test('has a trace of 8000 characters at most', () => {
    assert.equal(made('first', { stacktrace: 'x'.repeat(9000) })[0]?.stacktrace.length, 8000);
  });

  test('without a trace is only of variants that are seen without one', () => {
    const left = variants
      .filter(({ name }) => made(name, { stacktrace: '' }).length > 0)
      .map(({ name }) => name);
    assert.deepEqual(left, ['first', 'release', 'runtime', 'everything']);
  });

  test('that says nothing new is left out', () => {
    const samples = [
      ...made('first'),
      ...made('moved'),
      ...made('moved', { bug: 'other' }),
      ...made('release'),
    ];
    assert.deepEqual(
      withoutRepetitions(samples).map(({ bug, variant }) => [bug, variant]),
      [
        ['late', 'first'],
        ['other', 'moved'],
        ['late', 'release'],
      ],
    );
  });
});
