import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { configurationSchema } from '../../src/app/options.ts';
import { changedKeys } from '../../src/config/changes.ts';
import { loadWhole } from './support.ts';

function changes(before: string, after: string): string[] {
  return changedKeys(configurationSchema, loadWhole(before).value, loadWhole(after).value);
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
      part: z.strictObject({ a: z.number() }).transform(({ a }) => ({ made: a, check: new Set([a]) })),
    });
    const read = (a: number) => schema.parse({ part: { a } });
    assert.ok(changedKeys(schema, read(1), read(2)).includes('part.made'));
  });

  test('does not follow a value round in circles', () => {
    const [a, b]: Record<string, unknown>[] = [{}, {}];
    a!['self'] = a;
    b!['self'] = b;
    assert.deepEqual(changedKeys(z.any(), { part: a }, { part: b }, 'x'), ['x']);
  });
});
