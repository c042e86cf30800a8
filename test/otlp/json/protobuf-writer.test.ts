import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { ProtobufWriter } from '../../../src/otlp/json/protobuf-writer.ts';

/** What the function writes into a buffer that is too small for it. */
function written(write: (writer: ProtobufWriter) => void): Buffer {
  const writer = new ProtobufWriter(1);
  write(writer);
  return Buffer.from(writer.finish());
}

const reference = (write: (writer: protobuf.Writer) => void): Buffer => {
  const writer = protobuf.Writer.create();
  write(writer);
  return Buffer.from(writer.finish());
};

test('numbers are written as protobufjs writes them', () => {
  const uint32 = fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1), fc.integer({ min: 2 ** 31, max: 2 ** 32 - 1 }));
  fc.assert(
    fc.property(uint32, fc.oneof(fc.constant(0), uint32), fc.double(), (low, high, double) => {
      const whole = ((BigInt(high) << 32n) + BigInt(low)).toString();
      const pairs: [(writer: ProtobufWriter) => void, (writer: protobuf.Writer) => void][] = [
        [(writer) => writer.varint(low), (writer) => writer.uint32(low)],
        [(writer) => writer.varint64(high, low), (writer) => writer.uint64(whole)],
        [(writer) => writer.fixed32(low), (writer) => writer.fixed32(low)],
        [(writer) => writer.fixed64(high, low), (writer) => writer.fixed64(whole)],
        [(writer) => writer.double(double), (writer) => writer.double(double)],
      ];
      for (const [ours, theirs] of pairs) assert.deepEqual(written(ours), reference(theirs));
    }),
    { numRuns: 1000, seed: 3 },
  );
});

test('lengths are as short as they can be, whatever was guessed', () => {
  const sizes = [0, 1, 127, 128, 129, 16_383, 16_384, 16_385, 2_097_151, 2_097_152];
  for (const size of sizes) {
    const content = Buffer.alloc(size, 'abcdefg');
    for (const guess of [1, 2, 3]) {
      const bytes = written((writer) => {
        writer.varint(7);
        const start = writer.open(guess);
        writer.reserve(size);
        writer.bytes.set(content, writer.at);
        writer.at += size;
        writer.close(start, guess);
        writer.varint(9);
      });
      const expected = reference((writer) => writer.uint32(7).bytes(content).uint32(9));
      assert.ok(bytes.equals(expected), `${size} bytes, ${guess} guessed`);
    }
  }
});

test('code points are written as UTF-8', () => {
  for (const code of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff]) {
    const text = Buffer.from(String.fromCodePoint(code));
    assert.deepEqual(
      written((writer) => writer.codePoint(code)),
      text,
      code.toString(16),
    );
  }
});
