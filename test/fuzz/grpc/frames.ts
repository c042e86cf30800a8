import type { Random } from '../random.ts';

/** RFC 9113, section 6: types and flags of frames. */
const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9,
  unknown: 0xbb,
} as const;
const flag = { endStream: 1, endHeaders: 4, padded: 8 } as const;

/** The only call of a connection. */
const streamId = 1;
/** Larger ones were not agreed on. */
const largestFrame = 16_384;

/** The bytes of a connection on which there is one call, as HTTP/2 has it, but unlike any client. */
export function connectionBytes(
  headers: Readonly<Record<string, string>>,
  pieces: readonly Uint8Array[],
  isEnded: boolean,
  random: Random,
): Buffer {
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const hasTrailers = random.once(4);
  const parts = [preface, frame(frameType.settings, 0, 0), ...headerFrames(headers, random)];
  for (const piece of pieces)
    for (let at = 0; at < piece.length; at += largestFrame - 256)
      parts.push(beside(random), dataFrame(piece.subarray(at, at + largestFrame - 256), 0, random));
  if (!isEnded) return Buffer.concat(parts);
  if (hasTrailers) parts.push(frame(frameType.headers, flag.endHeaders | flag.endStream, streamId, trailers));
  else parts.push(dataFrame(new Uint8Array(0), flag.endStream, random));
  return Buffer.concat(parts);
}

const trailers = field('x-checksum', '1');

/** In one piece or in several. */
function headerFrames(headers: Readonly<Record<string, string>>, random: Random): Buffer[] {
  const block = Buffer.concat(Object.entries(headers).map(([name, value]) => field(name, value)));
  if (!random.once(4)) return [frame(frameType.headers, flag.endHeaders, streamId, block)];
  const at = random.below(block.length);
  return [
    frame(frameType.headers, 0, streamId, block.subarray(0, at)),
    frame(frameType.continuation, flag.endHeaders, streamId, block.subarray(at)),
  ];
}

/** RFC 7541, section 6.2.2: a literal without an index, its name spelt out. */
function field(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.of(0, name.length),
    Buffer.from(name),
    Buffer.of(value.length),
    Buffer.from(value),
  ]);
}

function dataFrame(piece: Uint8Array, flags: number, random: Random): Buffer {
  if (!random.once(4)) return frame(frameType.data, flags, streamId, piece);
  const padding = random.below(200);
  const padded = Buffer.concat([Buffer.of(padding), piece, Buffer.alloc(padding)]);
  return frame(frameType.data, flags | flag.padded, streamId, padded);
}

/** What may stand between frames and changes nothing. */
function beside(random: Random): Buffer {
  switch (random.below(10)) {
    case 0:
      return frame(frameType.ping, 0, 0, random.bytes(8));
    case 1:
      return frame(frameType.windowUpdate, 0, random.one([0, streamId]), Buffer.of(0, 0, 1, 0));
    case 2:
      return frame(frameType.priority, 0, streamId, Buffer.of(0, 0, 0, 0, 7));
    case 3:
      return frame(frameType.unknown, 0xff, random.below(8), random.bytes(random.below(40)));
    case 4:
      return frame(frameType.data, 0, streamId);
    default:
      return Buffer.alloc(0);
  }
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
