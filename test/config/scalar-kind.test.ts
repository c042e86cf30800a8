import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { z } from 'zod';
import { scalarKinds } from '../../src/config/scalar-kind.ts';
import { byteSize, duration, listenAddress } from '../../src/config/scalars.ts';

function print(schema: z.ZodType, value: unknown): string {
  return scalarKinds.get(schema)!.print!(value);
}

suite('a value that was read is printed as it would be written', () => {
  const table: [schema: z.ZodType, value: unknown, text: string][] = [
    [duration(), 0, '0s'],
    [duration(), 1, '1ms'],
    [duration(), 60_000, '1m'],
    [duration(), 5_400_250, '1h30m250ms'],
    [duration(), 2_592_000_000, '30d'],
    [byteSize(), 1, '1B'],
    [byteSize(), 1536, '1536B'],
    [byteSize(), 64 * 2 ** 20, '64MiB'],
    [byteSize(), 1_000_000, '1000000B'],
    [listenAddress(), { host: '127.0.0.1', port: 0 }, '127.0.0.1:0'],
    [listenAddress(), { host: '::1', port: 4318 }, '[::1]:4318'],
  ];
  for (const [schema, value, text] of table) test(text, () => assert.equal(print(schema, value), text));

  test('and read again it is the same', () => {
    const whole = fc.oneof(
      fc.nat(),
      fc.nat({ max: 1e6 }).map((n) => n * 60_000),
    );
    fc.assert(
      fc.property(whole, (value) => {
        assert.equal(duration().parse(print(duration(), value)), value);
        assert.equal(byteSize().parse(print(byteSize(), value + 1)), value + 1);
      }),
      { seed: 1 },
    );
  });

  test('a description and a default do not change what is known of it', () => {
    const described = duration().default(1).describe('how long');
    assert.equal(scalarKinds.get(described.unwrap())!.name, 'duration');
    assert.equal(scalarKinds.get(duration().describe('how long'))!.name, 'duration');
  });
});
