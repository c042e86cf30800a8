import type { MalformedOtlp } from '../../src/otlp/malformed.ts';
import { type Decoded, lenientDecode } from './lenient-decode.ts';
import { structureOf, type Structure } from './structure.ts';
import { Difference } from './target.ts';
import type protobuf from 'protobufjs';

export interface Agreed extends Structure, Decoded {}

/**
 * Holds what became of bytes against both judges: what is whole must be taken, and what is not must be refused.
 *
 * Whole is more than protobufjs asks for. It passes over a known field with another wire type, as protobuf decoders may; for us that is
 * damage, since no schema of OTLP has ever changed the type of a field, and what is passed on as it came would mean something else to
 * the next. It passes over groups, which no version of OTLP has, and over numbers without an end in fields that it does not know. And
 * it is less: text that is not UTF-8 it refuses, where the Collector, and so we, pass it on.
 *
 * @returns undefined if it was refused, and rightly so
 * @throws Difference
 */
export function agreeOn(
  type: protobuf.Type,
  input: Uint8Array,
  refused: MalformedOtlp | undefined,
): Agreed | undefined {
  const structure = structureOf(type, input);
  if (structure.flaw !== undefined && refused === undefined)
    throw new Difference(`broken, and taken: ${structure.flaw}`);
  if (structure.flaw === undefined && refused !== undefined)
    throw new Difference(`whole, and refused: ${refused.reason}`);
  if (refused !== undefined) return undefined;
  const decoded = lenientDecode(type, input);
  if (decoded === undefined) throw new Difference('whole, and protobufjs refuses it');
  return { ...structure, ...decoded };
}
