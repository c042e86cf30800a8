import type { Field, Message } from '../schema/schema.ts';
import { malformed, type WireReader, wireType } from '../wire.ts';

/*
 * Protobuf lets the values of a list stand apart, a field come twice, and the last of a oneof win; JSON does not. No known sender
 * writes such messages.
 */

/** Whether each field of a message stands in one place and, if it is no list, once. */
export function isCanonical(reader: WireReader, message: Message, start: number, end: number): boolean {
  const seen = new Set<Field>();
  let last: Field | undefined;
  reader.at = start;
  while (reader.at < end) {
    const tag = reader.tag(end);
    const field = fieldOf(message, tag, reader.at);
    reader.skip(tag, end);
    if (field === undefined) continue;
    if (seen.has(field) && (field !== last || !field.repeated)) return false;
    seen.add(field);
    last = field;
  }
  return true;
}

/** The same message with its fields in order: lists together, of single values the last, of single messages all in one. */
export function canonical(reader: WireReader, message: Message, start: number, end: number): Uint8Array {
  const fields = new Map<Field, Uint8Array[]>();
  reader.at = start;
  while (reader.at < end) {
    const from = reader.at;
    const tag = reader.tag(end);
    const field = fieldOf(message, tag, from);
    const valueAt = reader.at;
    reader.skip(tag, end);
    if (field === undefined) continue;
    const whole = reader.bytes.subarray(from, reader.at);
    const pieces = fields.get(field) ?? [];
    if (!field.repeated && field.message !== undefined) pieces.push(contentOf(reader, valueAt));
    else if (field.repeated) pieces.push(whole);
    else pieces[0] = whole;
    // By the last of them: of a oneof the last one wins.
    if (!field.repeated) fields.delete(field);
    fields.set(field, pieces);
  }
  return Buffer.concat(
    [...fields].flatMap(([field, pieces]) =>
      !field.repeated && field.message !== undefined ? merged(field, pieces) : pieces,
    ),
  );
}

function fieldOf(message: Message, tag: number, at: number): Field | undefined {
  const field = message.byNumber[tag >>> 3];
  if (field === undefined) return undefined;
  const wire = tag & 7;
  if (wire !== field.wireType && !(field.packed && wire === wireType.len))
    throw malformed(`field ${tag >>> 3} has the wrong wire type`, at);
  return field;
}

/** What stands in a length-delimited field whose value begins at `at` and ends where the reader is. */
function contentOf(reader: WireReader, at: number): Uint8Array {
  const end = reader.at;
  reader.at = at;
  const length = reader.length(end);
  const content = reader.bytes.subarray(reader.at, reader.at + length);
  reader.at = end;
  return content;
}

function merged(field: Field, contents: readonly Uint8Array[]): Uint8Array[] {
  const head: number[] = [];
  const varint = (value: number): void => {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
    head.push(rest);
  };
  varint(field.tag);
  varint(contents.reduce((sum, { length }) => sum + length, 0));
  return [Uint8Array.from(head), ...contents];
}
