import type protobuf from 'protobufjs';

/** What can be wrong with the structure of a message. */
export type Flaw =
  | 'cut'
  | 'long number'
  | 'long length'
  | 'bad tag'
  | 'wrong wire type'
  | 'group'
  | 'too deep';

export interface Structure {
  /** The first flaw; undefined if the message is whole. */
  flaw: Flaw | undefined;
  /** Single fields that stand in one message more than once, or more than one of a oneof, or that are of profiles: `KeyValue.key`. */
  again: Set<string>;
}

/** As deep as protobuf's own decoders go by default. */
const deepest = 100;

interface FieldShape {
  name: string;
  wire: number;
  isPackable: boolean;
  isSingle: boolean;
  /** Number of its oneof; -1 if it is in none. */
  oneof: number;
  type: protobuf.Type | undefined;
  /** Only profiles may have it: to all others it is unknown. */
  isOfProfiles: boolean;
}

const wires: Record<string, number> = {
  string: 2,
  bytes: 2,
  double: 1,
  fixed64: 1,
  sfixed64: 1,
  fixed32: 5,
};

const shapes = new Map<protobuf.Type, Map<number, FieldShape>>();

function shapeOf(type: protobuf.Type): Map<number, FieldShape> {
  let shape = shapes.get(type);
  if (shape !== undefined) return shape;
  shape = new Map();
  for (const field of type.fieldsArray) {
    const { resolvedType } = field.resolve();
    const message = resolvedType !== null && 'fieldsArray' in resolvedType ? resolvedType : undefined;
    const wire = message === undefined ? (wires[field.type] ?? 0) : 2;
    shape.set(field.id, {
      name: `${type.name}.${field.name}`,
      wire,
      isPackable: field.repeated && wire !== 2,
      isSingle: !field.repeated,
      oneof: field.partOf === null ? -1 : type.oneofsArray.indexOf(field.partOf),
      type: message,
      isOfProfiles: field.name.endsWith('Strindex'),
    });
  }
  shapes.set(type, shape);
  return shape;
}

class Flawed extends Error {
  readonly flaw: Flaw;

  constructor(flaw: Flaw) {
    super(flaw);
    this.flaw = flaw;
  }
}

/**
 * Says of bytes whether they are a whole message of a type, by the .proto files alone and as strictly as what is passed on is held: the
 * second opinion on what protobufjs lets pass (fields of another wire type, groups, numbers without an end in what it skips).
 */
export function structureOf(type: protobuf.Type, bytes: Uint8Array): Structure {
  const walk = new Walk(bytes);
  try {
    walk.message(type, bytes.length, 0);
    return { flaw: undefined, again: walk.again };
  } catch (error) {
    if (!(error instanceof Flawed)) throw error;
    return { flaw: error.flaw, again: walk.again };
  }
}

class Walk {
  readonly again = new Set<string>();
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  message(type: protobuf.Type, end: number, depth: number): void {
    if (depth > deepest) throw new Flawed('too deep');
    const shape = shapeOf(type);
    let seen = 0;
    let seenOneofs = 0;
    while (this.at < end) {
      const tag = this.tag(end);
      const known = shape.get(tag >>> 3);
      const field = known?.isOfProfiles ? undefined : known;
      if (known?.isOfProfiles) this.again.add(known.name);
      if (field?.isSingle) {
        const bit = 1 << ((tag >>> 3) & 31);
        if ((seen & bit) !== 0) this.again.add(field.name);
        seen |= bit;
        if (field.oneof !== -1) {
          if ((seenOneofs & (1 << field.oneof)) !== 0) this.again.add(`${type.name}.oneof`);
          seenOneofs |= 1 << field.oneof;
        }
      }
      this.value(field, tag & 7, end, depth);
    }
  }

  private value(field: FieldShape | undefined, wire: number, end: number, depth: number): void {
    if (wire === 3 || wire === 4 || wire > 5) throw new Flawed('group');
    if (field !== undefined && field.wire !== wire && !(field.isPackable && wire === 2))
      throw new Flawed('wrong wire type');
    if (wire === 0) this.number(end);
    else if (wire === 1) this.skip(8, end);
    else if (wire === 5) this.skip(4, end);
    else this.content(field, this.length(end), depth);
  }

  private content(field: FieldShape | undefined, length: number, depth: number): void {
    const end = this.at + length;
    if (field?.type !== undefined) {
      this.message(field.type, end, depth + 1);
    } else if (field?.isPackable) {
      while (this.at < end) {
        if (field.wire === 0) this.number(end);
        else this.skip(field.wire === 1 ? 8 : 4, end);
      }
    } else {
      this.at = end;
    }
  }

  private skip(count: number, end: number): void {
    if (count > end - this.at) throw new Flawed('cut');
    this.at += count;
  }

  private number(end: number): bigint {
    let value = 0n;
    for (let i = 0; i < 10; i++) {
      if (this.at >= end) throw new Flawed('cut');
      const byte = this.bytes[this.at++]!;
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return value;
    }
    throw new Flawed('long number');
  }

  private tag(end: number): number {
    const first = this.bytes[this.at]!;
    if (first < 0x80 && first > 7) {
      this.at++;
      return first;
    }
    const start = this.at;
    const tag = this.number(end);
    if (this.at - start > 5 || tag > 0xffff_ffffn || tag < 8n) throw new Flawed('bad tag');
    return Number(tag);
  }

  private length(end: number): number {
    const first = this.bytes[this.at]!;
    let length = first;
    if (this.at < end && first < 0x80) {
      this.at++;
    } else {
      const start = this.at;
      const long = this.number(end);
      if (this.at - start > 5 || long > 0x7fff_ffffn) throw new Flawed('long length');
      length = Number(long);
    }
    if (length > end - this.at) throw new Flawed('cut');
    return length;
  }
}
