import type protobuf from 'protobufjs';
import type { Json } from './json-parse.ts';

/** It is no message of its type; or nobody can say, since a key comes twice. */
export class NotThis extends Error {
  override readonly name: 'NotThis' | 'Ambiguous' = 'NotThis';
}

export class Ambiguous extends NotThis {
  override readonly name = 'Ambiguous';
}

/**
 * A message in the form of the reference decoder from OTLP/JSON, by the .proto files and the rules of ProtoJSON and of OTLP, with what
 * Tocsin tolerates beyond them.
 * @throws NotThis
 */
export function messageFromJson(type: protobuf.Type, json: Json): Record<string, unknown> {
  if (json.kind !== 'object') throw new NotThis('no object');
  const message: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const [key, value] of json.members) {
    const field = fieldOf(type, key);
    if (field === undefined) continue;
    const one = field.partOf === null ? field.name : field.partOf.name;
    const isNull = value.kind === 'literal' && value.value === null;
    if (isNull) continue;
    if (seen.has(one)) throw new Ambiguous(`${type.name}.${one} comes twice`);
    seen.add(one);
    message[field.name] = field.repeated ? listOf(field, value) : valueOf(field, value);
  }
  return message;
}

const fields = new Map<protobuf.Type, Map<string, protobuf.Field>>();

function fieldOf(type: protobuf.Type, key: string): protobuf.Field | undefined {
  let known = fields.get(type);
  if (known === undefined) {
    known = new Map();
    for (const field of type.fieldsArray) {
      // Only profiles may have them.
      if (field.name.endsWith('Strindex')) continue;
      known.set(field.name, field.resolve());
      known.set(
        field.name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        field,
      );
    }
    fields.set(type, known);
  }
  return known.get(key);
}

function listOf(field: protobuf.Field, json: Json): unknown[] {
  if (json.kind !== 'list') throw new NotThis('no list');
  return json.items.map((item) => {
    const isNull = item.kind === 'literal' && item.value === null;
    const isMessage = field.resolvedType !== null && 'fieldsArray' in field.resolvedType;
    return isNull && isMessage ? {} : valueOf(field, item);
  });
}

function valueOf(field: protobuf.Field, json: Json): unknown {
  const { resolvedType } = field;
  if (resolvedType !== null)
    return 'fieldsArray' in resolvedType ? messageFromJson(resolvedType, json) : enumOf(resolvedType, json);
  switch (field.type) {
    case 'string':
      // Half of a surrogate pair is no Unicode.
      return textOf(json).toWellFormed();
    case 'bool':
      if (json.kind !== 'literal') throw new NotThis('neither true nor false');
      return json.value;
    case 'bytes':
      return /[iI]d$/.test(field.name) ? hexOf(textOf(json)) : base64Of(textOf(json));
    case 'double':
      return doubleOf(json);
    default:
      return wholeOf(json, ...(ranges[field.type] ?? ranges['int32']!));
  }
}

function textOf(json: Json): string {
  if (json.kind !== 'string') throw new NotThis('no text');
  return json.text;
}

function enumOf({ values }: protobuf.Enum, json: Json): number {
  if (json.kind !== 'string') return Number(wholeOf(json, ...ranges['int32']!));
  if (!Object.hasOwn(values, json.text)) throw new NotThis('no name of the enum');
  return values[json.text]!;
}

function hexOf(text: string): Buffer {
  if (!/^([\da-fA-F]{2})*$/.test(text)) throw new NotThis('no hexadecimal digits');
  return Buffer.from(text, 'hex');
}

function base64Of(text: string): Buffer {
  if (!/^[\w+/-]*={0,2}$/.test(text)) throw new NotThis('no base64');
  const digits = text.replace(/=+$/, '');
  if (digits.length % 4 === 1 || (digits.length < text.length && text.length % 4 !== 0))
    throw new NotThis('no whole base64');
  return Buffer.from(digits, 'base64');
}

const numberPattern = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function doubleOf(json: Json): number {
  const text = numberTextOf(json);
  if (['NaN', 'Infinity', '-Infinity'].includes(text) && json.kind === 'string') return Number(text);
  if (!numberPattern.test(text) || !Number.isFinite(Number(text))) throw new NotThis('no double');
  return Number(text);
}

function numberTextOf(json: Json): string {
  if (json.kind !== 'number' && json.kind !== 'string') throw new NotThis('no number');
  return json.text;
}

const signed = (bits: bigint): [bigint, bigint] => [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
const unsigned = (bits: bigint): [bigint, bigint] => [0n, 2n ** bits - 1n];
const ranges: Record<string, [least: bigint, most: bigint]> = {
  int32: signed(32n),
  sint32: signed(32n),
  uint32: unsigned(32n),
  fixed32: unsigned(32n),
  int64: signed(64n),
  sfixed64: signed(64n),
  uint64: unsigned(64n),
  fixed64: unsigned(64n),
};

/** As text, as the reference decoder has numbers of 64 bits. */
function wholeOf(json: Json, least: bigint, most: bigint): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(numberTextOf(json)) ?? [];
  if (whole === '') throw new NotThis('no number');
  const digits = (whole + fraction).replace(/^0+/, '');
  const zeros = Number(exponent) - fraction.length;
  if (digits === '') return '0';
  if (zeros > 30) throw new NotThis('out of range');
  const kept = zeros < 0 ? digits.slice(0, zeros) : digits + '0'.repeat(zeros);
  if (zeros < 0 && !/^0*$/.test(digits.slice(zeros))) throw new NotThis('not whole');
  const value = BigInt(kept === '' ? '0' : kept) * (sign === '-' ? -1n : 1n);
  if (value < least || value > most) throw new NotThis('out of range');
  return String(value);
}
