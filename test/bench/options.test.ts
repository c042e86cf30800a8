import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readOptions, UsageWrong } from '../../bench/options.ts';

suite('the options of the benchmark', () => {
  test('measure everything by default', () => {
    const { loads, transports, compressions, subjects, encodings, forward, rounds } = readOptions([]);
    assert.deepEqual(loads, [0, 100, 1000, 10_000, 'saturated', 'storm']);
    assert.deepEqual(transports, ['http'], 'gRPC has to be asked for');
    assert.deepEqual(compressions, ['none', 'gzip']);
    assert.deepEqual(subjects, ['tocsin', 'otelcol', 'reference']);
    assert.deepEqual(encodings, ['protobuf', 'json']);
    assert.deepEqual([forward, rounds], [true, 3]);
  });

  test('are read from lists and numbers', () => {
    const args = '--loads 0,2500,storm --subjects tocsin --compressions gzip --seconds 0.5 --no-forward';
    const { loads, subjects, compressions, seconds, forward } = readOptions(args.split(' '));
    assert.deepEqual(loads, [0, 2500, 'storm']);
    assert.deepEqual([subjects, compressions, seconds, forward], [['tocsin'], ['gzip'], 0.5, false]);
  });

  test('have a smoke test that is short, and can be made longer', () => {
    const { seconds, rounds, starts } = readOptions(['--smoke', '--rounds', '2']);
    assert.deepEqual([seconds, rounds, starts], [2, 2, 1]);
  });

  test('profile what is saturated where nothing else is asked for', () => {
    assert.deepEqual(readOptions(['--profile']).loads, ['saturated']);
    assert.deepEqual(readOptions(['--profile', '--loads', '1000']).loads, [1000]);
  });

  test('have gRPC beside HTTP, or alone', () => {
    assert.deepEqual(readOptions(['--transports', 'http,grpc']).transports, ['http', 'grpc']);
    assert.deepEqual(readOptions(['--transports', 'grpc']).transports, ['grpc']);
  });

  test('know whether subjects were named', () => {
    assert.equal(readOptions([]).areSubjectsChosen, false);
    assert.equal(readOptions(['--subjects', 'tocsin,otelcol']).areSubjectsChosen, true);
  });

  for (const [args, message] of [
    ['--loads fast', /--loads: fast is not a number/],
    ['--loads 100,', /--loads:  is not a number/],
    ['--loads -1', /'--loads.*argument/],
    ['--loads=-1', /--loads: -1 is not a number that is possible/],
    ['--rounds 0', /--rounds: 0 is not a whole number above 0/],
    ['--rounds 1.5', /--rounds: 1.5 is not a whole number/],
    ['--seconds', /--seconds/],
    ['--subjects collector', /--subjects: collector is not one of: tocsin, otelcol, reference/],
    ['--transports quic', /--transports: quic is not one of: http, grpc/],
    ['--compressions zstd', /--compressions: zstd is not one of: none, gzip/],
    ['--failing-share 1.5', /--failing-share: 1.5 is more than all/],
    ['--encodings avro', /--encodings: avro is not one of: protobuf, json/],
    ['--lods 1', /--lods/],
    ['stray', /stray/],
  ] as const) {
    test(`${args}: is told what is wrong`, () => {
      assert.throws(
        () => readOptions(args.split(' ')),
        (error) => error instanceof UsageWrong && message.test(error.message),
      );
    });
  }
});
