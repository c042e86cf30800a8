import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { corpusOf } from './corpus.ts';
import { parseJson } from './json-parse.ts';
import { readOptions } from './options.ts';
import { Random } from './random.ts';
import { runCase, scheduleLength, targetOf } from './run-cases.ts';
import { structureOf } from './structure.ts';
import { Difference, type Target } from './target.ts';
import { targets } from './targets.ts';
import { traceRequest } from '../support/otlp-reference.ts';

const seed = 20261130;
const cases = 1_500;

suite('the fuzzer', () => {
  for (const target of targets) {
    test(`finds nothing in ${target.name}, of which some is taken and some refused`, async (t) => {
      t.after(() => target.close?.());
      const verdicts = { taken: 0, refused: 0 };
      for (let number = 0; number < cases; number++) {
        const outcome = await runCase(target, seed, number);
        if (typeof outcome === 'object') assert.fail(`${outcome.case}: ${outcome.what}\n${outcome.input}`);
        verdicts[outcome]++;
      }
      assert.ok(verdicts.taken > cases / 20 && verdicts.refused > cases / 20, JSON.stringify(verdicts));
    });
  }

  test('makes the same case of the same numbers', () => {
    for (const target of targets) {
      const make = (number: number): Buffer => Buffer.from(target.make(new Random(1, 2, number)));
      for (let number = 0; number < 50; number++) assert.ok(make(number).equals(make(number)));
      const different = new Set(Array.from({ length: 200 }, (_, number) => make(number).toString('hex')));
      assert.ok(different.size > 150, `${target.name}: ${different.size}`);
    }
  });

  test('has every target come by turns', () => {
    const seen = new Set(Array.from({ length: scheduleLength }, (_, number) => targetOf(number).name));
    assert.deepEqual(seen, new Set(targets.map(({ name }) => name)));
  });

  const faults: [name: string, check: Target['check'], what: RegExp][] = [
    [
      'throws',
      () => {
        throw new TypeError('undefined is not a function');
      },
      /TypeError: undefined is not/,
    ],
    [
      'differs',
      () => {
        throw new Difference('spans');
      },
      /Difference: spans/,
    ],
    ['takes too long', () => busy(300), /it takes \d+ ms/],
  ];
  for (const [name, check, what] of faults) {
    test(`finds what ${name}, and says which case it was`, async () => {
      const target: Target = { name: 'fault', make: () => Uint8Array.of(1, 2), check };
      const outcome = await runCase(target, seed, 7);
      assert.ok(typeof outcome === 'object');
      assert.match(outcome.what, what);
      assert.partialDeepStrictEqual(outcome, { target: 'fault', case: 7, input: '0102' });
    });
  }
});

function busy(millis: number): 'taken' {
  const end = process.threadCpuUsage().user + millis * 1000;
  while (process.threadCpuUsage().user < end);
  return 'taken';
}

suite('the judges', () => {
  test('find every request of the corpus whole', () => {
    for (const { bytes } of corpusOf('traces'))
      assert.equal(structureOf(traceRequest, bytes).flaw, undefined);
  });

  test('name what is broken', () => {
    const table: [hex: string, flaw: string][] = [
      ['0a05', 'cut'],
      ['0801', 'wrong wire type'],
      ['0b0c', 'group'],
      ['0a8080808010', 'long length'],
      ['8a8080801000', 'bad tag'],
      ['9006ffffffffffffffffffff01', 'long number'],
    ];
    for (const [hex, flaw] of table)
      assert.equal(structureOf(traceRequest, Buffer.from(hex, 'hex')).flaw, flaw);
  });

  test('take the JSON that JSON.parse takes', () => {
    const good = ['{}', ' [1, -0.5e+3, "\\u00e9\\n", null]\n', '{"a":{"a":[true,false]}}', '"\u00a0"'];
    const bad = ['', '{', '[1,]', '{"a"}', '01', '1.', '"\t"', '"\\x"', '\u00a0{}', '{}{}', 'nul', '[}'];
    for (const text of good) assert.notEqual(parseJson(text), undefined, text);
    for (const text of bad) assert.equal(parseJson(text), undefined, text);
  });
});

suite('the options of the fuzzer', () => {
  test('are for a minute, from the beginning, unless others are given', () => {
    assert.partialDeepStrictEqual(readOptions([]), { seconds: 60, from: 0, workers: 1, target: undefined });
    assert.partialDeepStrictEqual(readOptions(['--cases', '5', '--seed', '7', '--target', 'logs']), {
      cases: 5,
      seed: 7,
      target: 'logs',
    });
  });

  test('that are wrong are told', () => {
    for (const args of [['--target', 'x'], ['--seed', 'x'], ['--cases', '-1'], ['--what']])
      assert.throws(() => readOptions(args), { name: 'UsageWrong' });
  });
});
