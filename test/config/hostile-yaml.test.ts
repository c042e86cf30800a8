import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lines, loadWhole } from './support.ts';
import { cpuMillis } from '../support/cpu-time.ts';

const anyIsTooLarge = 'too large: at most 100000 values, nested at most 100 deep, aliases written out';

suite('a file made to be endless is refused fast', () => {
  const letters = 'abcdefghij'.split('');
  const tenEach = letters.map((letter, i) => {
    const items = Array.from({ length: 10 }, () => (i === 0 ? 'x' : `*${letters[i - 1]}`));
    return `${letter}: &${letter} [${items.join(', ')}]`;
  });
  const table: [name: string, text: string, told: RegExp][] = [
    [
      'ten aliases of ten aliases of ten',
      tenEach.join('\n'),
      new RegExp(`^a\\.yaml:5:\\d+: ${anyIsTooLarge}$`),
    ],
    [
      'many aliases',
      `a: &a 1\nb: [${'*a,'.repeat(120_000)}]`,
      new RegExp(`^a\\.yaml:2:\\d+: ${anyIsTooLarge}$`),
    ],
    [
      'a deep list',
      `a: ${'['.repeat(101)}${']'.repeat(101)}`,
      new RegExp(`^a\\.yaml:1:104: ${anyIsTooLarge}$`),
    ],
    [
      'many merges of much',
      `a: &a {${Array.from({ length: 1000 }, (_, i) => `k${i}: 1`).join(', ')}}\n${Array.from({ length: 1000 }, (_, i) => `m${i}: {<<: *a}`).join('\n')}`,
      new RegExp(`${anyIsTooLarge}$`),
    ],
    [
      'a deep mapping',
      `${'{a: '.repeat(101)}1${'}'.repeat(101)}`,
      new RegExp(`^a\\.yaml:1:\\d+: ${anyIsTooLarge}$`),
    ],
    [
      'a mapping as deep as can be',
      '{a: '.repeat(200_000),
      /^a\.yaml:1:\d+: not valid YAML: nested too deep$/,
    ],
    [
      'ten megabytes',
      `a: ${'x'.repeat(10 * 2 ** 20)}`,
      /^a\.yaml:1:1: too large for a configuration: at most 1048576 bytes$/,
    ],
    ['a key of a megabyte', `${'k'.repeat(1_000_000)}: 1`, /^a\.yaml:1:1: not valid YAML: |unknown key/],
    [
      'a text of a megabyte',
      `noise: {health_checks: ${'x'.repeat(1_000_000)}}`,
      /: noise\.health_checks: not true or false, but text$/,
    ],
    [
      'a hundred thousand references',
      `store: {url: "${'${env:X}'.repeat(100_000)}"}`,
      /: store\.url: the environment variable X is not set/,
    ],
    ['very many brackets that close', `a: ${']'.repeat(300_000)}`, /./],
    ['very many quotes', '"'.repeat(300_000), /./],
    ['very many dashes', '-'.repeat(300_000), /./],
    ['very many question marks', '? '.repeat(200_000), /./],
    ['very many line breaks and then nothing', `${'\n'.repeat(1_000_000)}a`, /./],
    ['a list as deep as can be', '- '.repeat(400_000), /^a\.yaml:1:\d+: not valid YAML: nested too deep$/],
  ];
  for (const [name, text, told] of table) {
    test(name, () => {
      const from = cpuMillis();
      const all = lines(loadWhole(text));
      assert.match(all[0]!, told);
      assert.ok(all.length <= 2);
      assert.ok(cpuMillis() - from < 3_000);
    });
  }

  test('as many keys as fit', () => {
    const text = Array.from({ length: 100_000 }, (_, i) => `k${i}:`).join('\n');
    const from = cpuMillis();
    lines(loadWhole(text));
    assert.ok(cpuMillis() - from < 6_000);
  });
});
