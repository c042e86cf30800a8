import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure, table } from '../../../bench/report/table.ts';

test('texts stand left and numbers right', () => {
  const rows = [
    ['what', 'count'],
    ['apples', '1'],
    ['figs', '12,345'],
  ];
  assert.equal(table(rows, 1), 'what     count\napples       1\nfigs    12,345\n');
});

for (const [value, text] of [
  [1_234_567.8, '1,234,568'],
  [123.45, '123'],
  [12.345, '12.3'],
  [1.234, '1.23'],
  [0, '0.00'],
  [Number.NaN, ''],
  [Number.POSITIVE_INFINITY, ''],
] as const) {
  test(`${value} is shown as ${JSON.stringify(text)}`, () => {
    assert.equal(figure(value), text);
  });
}
