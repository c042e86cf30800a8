import protobuf from 'protobufjs';

/** protobufjs refuses text that is not UTF-8. This reader replaces it, as what shows such texts does, and says that it was there. */
class LenientReader extends protobuf.BufferReader {
  hasBadText = false;

  override stringVerify(): string {
    const start = this.pos;
    try {
      return super.stringVerify();
    } catch {
      this.pos = start;
      // Where it was something else, this throws as well.
      const text = this.string();
      this.hasBadText = true;
      return text;
    }
  }
}

export interface Decoded {
  /** In the form of the reference decoder. */
  object: Record<string, unknown>;
  hasBadText: boolean;
}

/** A full decode; undefined if protobufjs refuses the bytes for anything but their text. */
export function lenientDecode(type: protobuf.Type, bytes: Uint8Array): Decoded | undefined {
  const reader = new LenientReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  try {
    const object = type.toObject(type.decode(reader), { longs: String });
    return { object, hasBadText: reader.hasBadText };
  } catch {
    return undefined;
  }
}
