import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readOptions, UsageWrong } from '../../grouping/score/options.ts';

suite('the options of the score', () => {
  test('show the worst of all languages by default, and fail for nothing', () => {
    assert.deepEqual(readOptions([]), {
      languages: [],
      part: undefined,
      verbose: false,
      json: undefined,
      least: 0,
    });
  });

  test('are read', () => {
    const args = '--language go --language ruby --part tuning --verbose --json out.json --least 0.97';
    assert.deepEqual(readOptions(args.split(' ')), {
      languages: ['go', 'ruby'],
      part: 'tuning',
      verbose: true,
      json: 'out.json',
      least: 0.97,
    });
  });

  for (const args of [
    '--least 97',
    '--least=',
    '--least=-1',
    '--least much',
    '--worst',
    '--part all',
    'stray',
  ]) {
    test(`${args}: is refused`, () => {
      assert.throws(() => readOptions(args.split(' ')), UsageWrong);
    });
  }
});
