import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { changedKeys } from '../../src/config/changes.ts';
import { lines, load } from './support.ts';

function changes(before: string, after: string): string[] {
  return changesIn(configurationSchema, before, after);
}

function changesIn<T>(schema: z.ZodType<T>, ...texts: [before: string, after: string]): string[] {
  const [before, after] = texts.map((text) => {
    const loaded = load(schema, [text]);
    assert.deepEqual(lines(loaded), []);
    return { value: loaded.value!, tree: loaded.tree };
  });
  return changedKeys(schema, before!, after!);
}

const slack = (token: string): string =>
  `alerts: {receivers: [{name: a, slack: {token: ${token}, channel: "#a"}}]}`;

suite('what changed between two configurations', () => {
  const table: [before: string, after: string, keys: string[]][] = [
    ['', '', []],
    ['', 'noise: {health_checks: true}', []],
    ['', 'noise: {health_checks: false}', ['noise.health_checks']],
    ['intake: {max_body: 1MiB}', 'intake: {max_body: 1024KiB}', []],
    ['', 'metrics: {listen: "127.0.0.1:1"}', ['metrics.listen']],
    ['metrics: {buckets: [1, 2]}', 'metrics: {buckets: [1, 3]}', ['metrics.buckets']],
    ['metrics: {buckets: [1, 2]}', 'metrics: {buckets: [1]}', ['metrics.buckets']],
    ['', 'metrics: {duration_unit: s}', ['metrics.duration_unit', 'metrics.buckets']],
    [slack('x'), slack('x'), []],
    [slack('x'), slack('y'), ['alerts.receivers']],
    [slack('x'), '', ['alerts.receivers']],
    [
      '',
      'noise: {health_checks: false}\nmetrics: {max_series: 500}\nstore: {url: "sqlite:x"}',
      ['noise.health_checks', 'metrics.max_series', 'store.url'],
    ],
  ];
  for (const [before, after, keys] of table)
    test(`${before || 'nothing'} → ${after || 'nothing'}`, () => {
      assert.deepEqual(changes(before, after), keys);
      assert.deepEqual(changes(after, before).sort(), [...keys].sort());
    });

  test('is also seen where reading made something else of it', () => {
    const schema = z.strictObject({
      part: z.strictObject({ a: z.number() }).transform(({ a }) => ({ made: a })),
    });
    assert.deepEqual(changesIn(schema, 'part: {a: 1}', 'part: {a: 2}'), ['part.made']);
    assert.deepEqual(changesIn(schema, 'part: {a: 1}', 'part: {a: 1}'), []);
  });

  test('is what was written where nobody can see what was made of it', () => {
    class Compiled {
      readonly #text: string;
      constructor(text: string) {
        this.#text = text;
      }
      get length(): number {
        return this.#text.length;
      }
    }
    const makers: ((text: string) => unknown)[] = [
      (text) => new Compiled(text),
      (text) => (other: string) => other === text,
      (text) => new Set([text]),
      (text) => {
        const round: Record<string, unknown> = { text };
        round['self'] = round;
        return round;
      },
    ];
    for (const make of makers) {
      const rule = z.strictObject({ where: z.string().transform(make), name: z.string() });
      const schema = z.strictObject({ rules: z.array(rule) });
      const [a, b, c] = ['{where: a, name: x}', '{where: b, name: x}', '{where: a, name: y}'].map(
        (text) => `rules: [${text}]`,
      );
      assert.deepEqual(changesIn(schema, a!, a!), []);
      assert.deepEqual(changesIn(schema, a!, b!), ['rules']);
      assert.deepEqual(changesIn(schema, a!, c!), ['rules']);
    }
  });
});
