import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import * as schema from '../../../src/otlp/schema/schema.ts';
import { transcode } from '../../../src/otlp/json/transcoder.ts';
import { MalformedOtlp } from '../../../src/otlp/malformed.ts';
import { decode, encode } from '../../support/otlp-reference.ts';

// Traces use only some of the types that the transcoder knows; here are all of them, singular and repeated.

const { bool, bytes, double, fixed32, fixed64, int32, int64, sfixed64, sint32, string, uint32, uint64 } =
  schema;
const scalars = {
  string,
  bytes,
  bool,
  int32,
  uint32,
  sint32,
  int64,
  uint64,
  fixed32,
  fixed64,
  sfixed64,
  double,
};
const kinds = Object.keys(scalars);

const lettersOf = { NONE: 0, ALPHA: 1 };

const everything = new schema.Message(1);
const fields: Record<string, schema.FieldType> = {
  letter: schema.enumeration(30, lettersOf),
  letters: schema.repeated(schema.enumeration(31, lettersOf)),
  inner: schema.embedded(32, everything),
  inners: schema.repeated(schema.embedded(33, everything)),
};
Object.entries(scalars).forEach(([kind, type], i) => {
  fields[`${kind}Field`] = type(i + 1);
  fields[`${kind}List`] = schema.repeated(type(i + 1001));
});
everything.define(fields);

const reference = protobuf
  .parse(
    `syntax = "proto3";
    enum Letter { NONE = 0; ALPHA = 1; }
    message Everything {
      ${kinds.map((kind, i) => `${kind} ${kind}Field = ${i + 1}; repeated ${kind} ${kind}List = ${i + 1001};`).join('\n')}
      Letter letter = 30; repeated Letter letters = 31;
      Everything inner = 32; repeated Everything inners = 33;
    }`,
    { keepCase: true },
  )
  .root.lookupType('Everything');

const signed = (bits: number) =>
  fc.oneof(fc.bigInt(-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n), fc.bigInt(-99n, 99n));
const unsigned = (bits: number) => fc.oneof(fc.bigInt(0n, 2n ** BigInt(bits) - 1n), fc.bigInt(0n, 300n));
const ofKind: Record<keyof typeof scalars, fc.Arbitrary<unknown>> = {
  string: fc.string({ unit: 'grapheme', maxLength: 150 }),
  bytes: fc.uint8Array({ maxLength: 150 }).map((bytes) => Buffer.from(bytes)),
  bool: fc.boolean(),
  int32: signed(32).map(Number),
  uint32: unsigned(32).map(Number),
  sint32: signed(32).map(Number),
  int64: signed(64).map(String),
  uint64: unsigned(64).map(String),
  fixed32: unsigned(32).map(Number),
  fixed64: unsigned(64).map(String),
  sfixed64: signed(64).map(String),
  // JSON.stringify writes -0 as 0.
  double: fc.double().map((value) => (value === 0 ? 0 : value)),
};

const { message } = fc.letrec<{ message: Record<string, unknown> }>((tie) => ({
  message: fc.record(
    {
      ...Object.fromEntries(Object.entries(ofKind).map(([kind, values]) => [`${kind}Field`, values])),
      ...Object.fromEntries(
        Object.entries(ofKind).map(([kind, values]) => [`${kind}List`, fc.array(values, { maxLength: 20 })]),
      ),
      letter: fc.constantFrom(0, 1, -5, 99, -(2 ** 31)),
      letters: fc.array(fc.constantFrom(0, 1, -5, 2 ** 31 - 1), { maxLength: 5 }),
      inner: fc.oneof({ maxDepth: 2 }, fc.constant({}), tie('message')),
      inners: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie('message'), { maxLength: 2 })),
    },
    { requiredKeys: [] },
  ),
}));

/** ProtoJSON, by the plainest of means. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item)) return String(item);
    if (
      typeof item === 'object' &&
      item !== null &&
      'type' in item &&
      'data' in item &&
      Array.isArray(item.data)
    ) {
      return Buffer.from(item.data).toString('base64');
    }
    return item;
  });
}

function fromJson(json: string): Record<string, unknown> {
  return decode(reference, transcode(Buffer.from(json), everything));
}

test('fields of every type, singular, repeated and nested, are written as protobuf', () => {
  fc.assert(
    fc.property(message, (object) => {
      assert.deepEqual(fromJson(toJson(object)), decode(reference, encode(reference, object)));
    }),
    { numRuns: 200, seed: 3 },
  );
});

test('lists of numbers are packed, to the byte as protobufjs does', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { maxLength: 60 });
  const lists = fc.constantFrom(
    'int32List',
    'sint32List',
    'uint64List',
    'fixed64List',
    'doubleList',
    'letters',
    'boolList',
  );
  fc.assert(
    fc.property(lists, numbers, (name, values) => {
      const object = { [name]: name === 'boolList' ? values.map((value) => value % 2 === 0) : values };
      const bytes = transcode(Buffer.from(JSON.stringify(object)), everything);
      assert.ok(Buffer.from(bytes).equals(encode(reference, object)));
    }),
    { numRuns: 300, seed: 3 },
  );
});

test('lists that come twice are joined', () => {
  assert.deepEqual(fromJson('{"uint64List":[1,2],"uint64List":[],"uint64List":["3"]}'), {
    uint64List: ['1', '2', '3'],
  });
});

test('a field with its default value is written, since it may overrule one before it', () => {
  assert.deepEqual(fromJson('{"int32Field":5,"int32Field":0,"stringField":"a","stringField":""}'), {});
});

test('what is wrong in a list is told with its place', () => {
  // The byte is where § stands.
  const cases: [json: string, reason: string, field: string][] = [
    ['{"inners":[{},{"doubleList":[1,§null]}]}', 'expected a number', 'inners[1].doubleList[1]'],
    ['{"stringList":["",§null]}', 'expected a string', 'stringList[1]'],
    ['{"letters":["ALPHA",§"BETA"]}', "expected an enum's number or known name", 'letters[1]'],
    [
      '{"inners":[{"inners":[{},{}],"inner":{"boolList":[true],"boolField":§1}}]}',
      'expected true or false',
      'inners[0].inner.boolField',
    ],
  ];
  for (const [marked, reason, field] of cases) {
    assert.throws(
      () => transcode(Buffer.from(marked.replace('§', '')), everything),
      new MalformedOtlp(`${reason} in ${field} (byte ${marked.indexOf('§')})`, field),
    );
  }
});
