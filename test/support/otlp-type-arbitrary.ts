import fc from 'fast-check';
import type protobuf from 'protobufjs';
import { anyValue, keyValue, text, uint32, unixNano } from './otlp-arbitraries.ts';

const int64Text = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String);
const uint64Text = fc.bigInt(0n, 2n ** 64n - 1n).map(String);

const scalars: Record<string, fc.Arbitrary<unknown>> = {
  string: text,
  bool: fc.boolean(),
  double: fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -0)),
  bytes: fc.uint8Array({ maxLength: 17 }).map((array) => Buffer.from(array)),
  uint32,
  fixed32: uint32,
  sint32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  uint64: fc.oneof(fc.constantFrom('0', '1'), uint64Text),
  fixed64: fc.oneof(unixNano, uint64Text),
  sfixed64: fc.oneof(fc.constantFrom('0', '-1', '9007199254740993'), int64Text),
};

/** Messages of a type as its .proto has them: fields absent or there, one of each oneof, lists of up to three. */
export function messageOf(type: protobuf.Type): fc.Arbitrary<object> {
  type.resolveAll();
  if (type.name === 'AnyValue') return anyValue;
  if (type.name === 'KeyValue') return keyValue;
  const grouped = new Set(type.oneofsArray.flatMap(({ oneof }) => (oneof.length > 1 ? oneof : [])));
  const plain = type.fieldsArray.filter(({ name }) => !grouped.has(name) && !name.endsWith('Strindex'));
  const record = fc.record(Object.fromEntries(plain.map((field) => [field.name, valueOf(field)])), {
    requiredKeys: [],
  });
  const choices = type.oneofsArray
    .filter(({ oneof }) => oneof.length > 1)
    .map(({ oneof }) =>
      fc.oneof(fc.constant({}), ...oneof.map((name) => fc.record({ [name]: valueOf(type.fields[name]!) }))),
    );
  return fc.tuple(record, ...choices).map((parts) => Object.assign({}, ...parts) as object);
}

function valueOf(field: protobuf.Field): fc.Arbitrary<unknown> {
  const { resolvedType } = field;
  let single: fc.Arbitrary<unknown>;
  if (resolvedType === null) single = scalars[field.type]!;
  else if ('values' in resolvedType) single = fc.constantFrom(...Object.values(resolvedType.values), 99);
  else single = messageOf(resolvedType);
  return field.repeated ? fc.array(single, { maxLength: 3 }) : single;
}
