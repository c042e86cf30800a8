/**
 * What `Buffer#toString` calls, for bytes that are in no Buffer: half of what TextDecoder takes, which needs an object for each range.
 * Node's own, and as old as Buffer.
 */
const bufferPrototype = Buffer.prototype as unknown as {
  utf8Slice: { call(bytes: Uint8Array, start: number, end: number): string };
};
const { utf8Slice } = bufferPrototype;

/**
 * Bytes of a text that are decoded: three for each UTF-16 unit of the longest that is kept of anything, 32,768, and of as much beyond as must
 * be read so that no secret is cut before it is found (`readBeyond`).
 */
export const longestText = 3 * (32_768 + 1024);
/** The same for names and values of attributes, of which 512 are kept. */
export const longestShortText = 3 * (512 + 1024);

/**
 * Text of a string field, cut after so many bytes; what is not UTF-8 in it becomes U+FFFD. Who keeps less of it says so: what is
 * cut off a text later stays in memory with it.
 */
export function decodeText(bytes: Uint8Array, at: number, length: number, longest = longestText): string {
  // A few letters of ASCII are put together sooner here than elsewhere.
  if (length > 8) return utf8Slice.call(bytes, at, at + Math.min(length, longest));
  let text = '';
  for (let i = at; i < at + length; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return utf8Slice.call(bytes, at, at + length);
    text += String.fromCharCode(byte);
  }
  return text;
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex, as trace and span ids are written everywhere but on the wire. */
export function decodeHex(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = at; i < at + length; i++) text += hexOfByte[bytes[i]!]!;
  return text;
}

/** For comparing with bytes on the wire; made once, where a key is declared. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function bytesEqual(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

/** At most so many UTF-16 units, in a string that does not keep the whole one alive; half a character becomes U+FFFD. */
export function cutText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : Buffer.from(text.slice(0, maxLength)).toString();
}
