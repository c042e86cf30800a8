import { requestTypes } from '../corpus.ts';
import { gunzipped } from '../compressed.ts';
import { structureOf } from '../structure.ts';
import { maxMessageBytes } from './body.ts';
import { type Ending, isHealth, type MadeCall } from './call.ts';

/** What must come of a call. */
export interface Expected {
  /** Status of HTTP, where that is all that is said. */
  http?: number;
  /** Code of gRPC; undefined if nothing is, or can be, said. */
  code?: number;
  /** The code of HTTP under which it is counted; undefined if it is not. */
  counted?: number;
  /** What is to be worked on. */
  body?: Uint8Array;
}

/**
 * Codes of google.rpc.Code and what means the same in HTTP, by doc/statuscodes.md, doc/compression.md and doc/PROTOCOL-HTTP2.md of
 * github.com/grpc/grpc, and the OTLP specification.
 */
const answers = {
  broken: { code: 3, counted: 400 },
  otherSubtype: { code: 3, counted: 415 },
  late: { code: 4, counted: 408 },
  tooLarge: { code: 8, counted: 413 },
  notOne: { code: 12, counted: 400 },
  noSuchMethod: { code: 12, counted: 404 },
  noSuchCompression: { code: 12, counted: 415 },
  falseFlag: { code: 13, counted: 400 },
} satisfies Record<string, Expected>;

/** The most that a request for health may have. */
const maxHealthBytes = 1024;

/** Reads a call as plainly as that can be done, whole and not as it comes. */
export function expectedOf(call: MadeCall): Expected {
  const { method, headers, pieces, ending } = call;
  if (headers[':method'] !== 'POST') return { http: 405, counted: 405 };
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('application/grpc')) return { http: 415, counted: 415 };
  if (method === 'unknown') return answers.noSuchMethod;
  const [essence] = type.split(';');
  if (!isHealth(call) && !['application/grpc', 'application/grpc+proto'].includes(essence!.trim()))
    return answers.otherSubtype;
  const maxBytes = isHealth(call) ? maxHealthBytes : maxMessageBytes;
  const expected = messageIn(Buffer.concat(pieces), ending, headers['grpc-encoding'], maxBytes);
  // Health is not counted, and what it is asked is no request of OTLP.
  if (method === 'check' || method === 'watch') return uncounted(expected);
  if (expected.body === undefined) return expected;
  const { flaw } = structureOf(requestTypes[method], expected.body);
  return flaw === undefined ? expected : { ...answers.broken, body: expected.body };
}

export function uncounted({ code }: Expected): Expected {
  return code === undefined ? {} : { code };
}

function messageIn(sent: Buffer, ending: Ending, encoding: string | undefined, maxBytes: number): Expected {
  const isPrefixed = sent.length >= 5;
  const length = isPrefixed ? sent.readUInt32BE(1) : 0;
  if (isPrefixed && sent[0]! > 1) return answers.falseFlag;
  if (isPrefixed && length > maxBytes) return answers.tooLarge;
  if (isPrefixed && sent.length > 5 + length) return answers.notOne;
  if (ending === 'stalled') return answers.late;
  if (ending === 'reset') return { counted: answers.broken.counted };
  if (sent.length === 0) return answers.notOne;
  if (!isPrefixed || sent.length < 5 + length) return answers.broken;
  const message = sent.subarray(5);
  return sent[0] === 0 ? { code: 0, counted: 200, body: message } : inflated(message, encoding, maxBytes);
}

function inflated(message: Uint8Array, encoding: string | undefined, maxBytes: number): Expected {
  if (encoding === undefined || encoding === 'identity') return answers.falseFlag;
  if (encoding !== 'gzip') return answers.noSuchCompression;
  const body = gunzipped(message, maxBytes);
  if (!(body instanceof Error)) return { code: 0, counted: 200, body };
  return (body as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? answers.tooLarge : answers.broken;
}
