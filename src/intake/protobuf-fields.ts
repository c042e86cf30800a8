import { varint } from '../otlp/varint.ts';

/*
 * Single fields of protobuf messages, for answers: they are short and few, so that each may be made by itself.
 * https://protobuf.dev/programming-guides/encoding/#structure
 */

/** @param value not negative */
export function varintField(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number << 3), varint(value)]);
}

export function textField(number: number, text: string): Uint8Array {
  return embeddedField(number, Buffer.from(text));
}

/** @param content fields of the message in it */
export function embeddedField(number: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varint((number << 3) | 2), varint(length), ...content]);
}
