import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { otValue, withOtValue } from '../../src/otlp/trace-state.ts';

suite('what a trace state says of sampling', () => {
  const said: [state: string, th: string | undefined, rv: string | undefined][] = [
    ['', undefined, undefined],
    ['ot=th:c', 'c', undefined],
    ['ot=rv:00000000000001;th:8', '8', '00000000000001'],
    ['vendor=th:1, ot=th:c ,other=x', 'c', undefined],
    ['vendor=ot=th:1', undefined, undefined],
    ['ot=xth:1;th:2', '2', undefined],
    ['ot=', undefined, undefined],
    ['ot', undefined, undefined],
  ];
  for (const [state, th, rv] of said)
    test(`is read in “${state}”`, () => {
      assert.deepEqual([otValue(state, 'th'), otValue(state, 'rv')], [th, rv]);
    });

  const changed: [before: string, after: string][] = [
    ['', 'ot=th:c'],
    ['ot=th:8', 'ot=th:c'],
    ['vendor=1,ot=rv:00000000000001;th:8;z:5,other=2', 'ot=rv:00000000000001;z:5;th:c,vendor=1,other=2'],
    ['vendor=1, other=2', 'ot=th:c,vendor=1,other=2'],
    [
      Array.from({ length: 32 }, (_, i) => `v${i}=x`).join(','),
      ['ot=th:c', ...Array.from({ length: 31 }, (_, i) => `v${i}=x`)].join(','),
    ],
  ];
  for (const [before, after] of changed)
    test(`is changed in “${before.slice(0, 60)}”, and all else stays`, () => {
      assert.equal(withOtValue(before, 'th', 'c'), after);
    });
});
