import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readOptions as readRecordOptions } from './record/options.ts';
import { readOptions } from './score/options.ts';

suite('npm run lab:score', () => {
  test('scores both parts, received in every way', () => {
    const { parts, conditions, strict } = readOptions([]);
    assert.deepEqual(parts, ['tuning', 'validation']);
    assert.deepEqual(conditions, ['in order', 'shuffled', 'sampled']);
    assert.equal(strict, false);
  });

  test('scores one part, received in some ways', () => {
    const { parts, conditions } = readOptions([
      '--only',
      'tuning',
      '--received',
      'sampled',
      '--received',
      'in order',
    ]);
    assert.deepEqual(parts, ['tuning']);
    assert.deepEqual(conditions, ['in order', 'sampled']);
  });

  for (const [args, said] of [
    [['--only', 'all'], /--only: all is not one of: tuning, validation/],
    [['--received', 'late'], /--received: late is not one of/],
    [['--fast'], /--fast/],
  ] as const) {
    test(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => readOptions([...args]), { name: 'UsageWrong', message: said });
    });
  }
});

suite('npm run lab', () => {
  test('records in the languages that are here', () => {
    assert.ok(readRecordOptions([]).runtimes.includes('node'));
    assert.deepEqual(readRecordOptions(['--runtime', 'node', '--only', 'x', '--jobs', '4']), {
      runtimes: ['node'],
      only: 'x',
      jobs: 4,
      noInstall: false,
    });
  });

  for (const [args, said] of [
    [['--runtime', 'cobol'], /--runtime: cobol is not one of: node/],
    [['--jobs', '0'], /--jobs: 0 is not a number from 1 on/],
    [['--jobs', 'many'], /--jobs: many/],
  ] as const) {
    test(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => readRecordOptions([...args]), { name: 'UsageWrong', message: said });
    });
  }
});
