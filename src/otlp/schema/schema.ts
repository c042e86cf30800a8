import { KeyIndex } from './key-index.ts';

/** What a field holds: the type of its .proto, with `hex` for the ids that OTLP/JSON writes as hex, not base64. */
export const fieldKind = {
  message: 0,
  string: 1,
  bytes: 2,
  hex: 3,
  bool: 4,
  enum: 5,
  int32: 6,
  uint32: 7,
  sint32: 8,
  int64: 9,
  uint64: 10,
  fixed32: 11,
  fixed64: 12,
  sfixed64: 13,
  double: 14,
} as const;

export type FieldKind = (typeof fieldKind)[keyof typeof fieldKind];

export interface FieldType {
  readonly number: number;
  readonly kind: FieldKind;
  readonly repeated: boolean;
  /** The type of a message field. */
  readonly message?: Message;
  /** The numbers of an enum field by name; OTLP has no negative ones. */
  readonly names?: Readonly<Record<string, number>>;
}

const wireTypes: Record<FieldKind, 0 | 1 | 2 | 5> = {
  [fieldKind.message]: 2,
  [fieldKind.string]: 2,
  [fieldKind.bytes]: 2,
  [fieldKind.hex]: 2,
  [fieldKind.bool]: 0,
  [fieldKind.enum]: 0,
  [fieldKind.int32]: 0,
  [fieldKind.uint32]: 0,
  [fieldKind.sint32]: 0,
  [fieldKind.int64]: 0,
  [fieldKind.uint64]: 0,
  [fieldKind.fixed32]: 5,
  [fieldKind.fixed64]: 1,
  [fieldKind.sfixed64]: 1,
  [fieldKind.double]: 1,
};

/** A field of a message. A class, so that all have one shape and the code that reads them stays fast. */
export class Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly repeated: boolean;
  readonly packed: boolean;
  readonly message: Message | undefined;
  readonly names: Readonly<Record<string, number>> | undefined;
  /** Of one value; a packed list of them is length-delimited. */
  readonly wireType: 0 | 1 | 2 | 5;
  /** What is written before the value: field number and wire type. */
  readonly tag: number;
  /** The key as it stands in compact JSON, with quotes and colon. */
  readonly key: DataView;
  /** The field that is looked for first behind this one. */
  next: Field | undefined = undefined;

  constructor(name: string, type: FieldType) {
    const wireType = wireTypes[type.kind];
    this.wireType = wireType;
    this.name = name;
    this.kind = type.kind;
    this.repeated = type.repeated;
    this.packed = type.repeated && wireType !== 2;
    this.message = type.message;
    this.names = type.names;
    this.tag = (type.number << 3) | (this.packed ? 2 : wireType);
    this.key = new DataView(new TextEncoder().encode(`"${name}":`).buffer);
  }
}

/** One message of a .proto: its fields by JSON key and by number, and how each is written. */
export class Message {
  /**
   * How many bytes the length of such a message most often takes. Only a guess, for speed: where it is wrong the
   * message is moved once it is known.
   */
  readonly lengthBytes: 1 | 2 | 3;
  readonly fields = new KeyIndex<Field>();
  readonly byNumber: (Field | undefined)[] = [];
  /** The field that is looked for before any other. */
  first: Field | undefined = undefined;

  constructor(lengthBytes: 1 | 2 | 3) {
    this.lengthBytes = lengthBytes;
  }

  /** Apart from the constructor, since messages may hold themselves. Keys are in lowerCamelCase. */
  define(fields: Readonly<Record<string, FieldType>>): this {
    let last: Field | undefined;
    for (const [name, type] of Object.entries(fields)) {
      const field = new Field(name, type);
      if (last === undefined) this.first = field;
      else last.next = field;
      last = field;
      this.fields.add(name, field);
      this.byNumber[type.number] = field;
      const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (snake !== name) this.fields.add(snake, field);
    }
    return this;
  }
}

export function message(lengthBytes: 1 | 2 | 3, fields: Readonly<Record<string, FieldType>>): Message {
  return new Message(lengthBytes).define(fields);
}

export function repeated(type: FieldType): FieldType {
  return { ...type, repeated: true };
}

export function embedded(number: number, type: Message): FieldType {
  return { number, kind: fieldKind.message, repeated: false, message: type };
}

export function enumeration(number: number, names: Readonly<Record<string, number>>): FieldType {
  return { number, kind: fieldKind.enum, repeated: false, names };
}

type ScalarKind = Exclude<keyof typeof fieldKind, 'message' | 'enum'>;

const scalar =
  (kind: ScalarKind) =>
  (number: number): FieldType => ({ number, kind: fieldKind[kind], repeated: false });

export const string = scalar('string');
export const bytes = scalar('bytes');
export const hex = scalar('hex');
export const bool = scalar('bool');
export const int32 = scalar('int32');
export const uint32 = scalar('uint32');
export const sint32 = scalar('sint32');
export const int64 = scalar('int64');
export const uint64 = scalar('uint64');
export const fixed32 = scalar('fixed32');
export const fixed64 = scalar('fixed64');
export const sfixed64 = scalar('sfixed64');
export const double = scalar('double');
