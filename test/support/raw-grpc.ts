import { connect, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import type { TestContext } from 'node:test';

export interface RawAnswer {
  headers: IncomingHttpHeaders;
  /** Of a call that was answered by headers alone, these. */
  trailers: IncomingHttpHeaders;
  data: Buffer;
  /** Why the stream was reset, if it was. */
  resetCode: number | undefined;
}

/** One message as it goes over the wire. */
export function framed(message: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Calls as no client of gRPC would make them, each on the same connection. */
export function rawGrpc(t: Pick<TestContext, 'after'>, port: number) {
  // Its own limit is for what it has yet to send, too.
  const session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: 100 });
  session.on('error', () => undefined);
  t.after(() => session.destroy());

  /** Begins a call. What is not ended goes on until it is answered. */
  const begin = (path: string, headers: OutgoingHttpHeaders = {}) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      te: 'trailers',
      'content-type': 'application/grpc',
      ...headers,
    });
    const answer = new Promise<RawAnswer>((resolve) => {
      const chunks: Buffer[] = [];
      let response: IncomingHttpHeaders = {};
      let trailers: IncomingHttpHeaders | undefined;
      stream.on('response', (given) => (response = given));
      stream.on('trailers', (given) => (trailers = given));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', () => undefined);
      stream.on('close', () =>
        resolve({
          headers: response,
          trailers: trailers ?? response,
          data: Buffer.concat(chunks),
          resetCode: stream.rstCode === constants.NGHTTP2_NO_ERROR ? undefined : stream.rstCode,
        }),
      );
    });
    return { stream, answer };
  };

  /** @param pieces each in a write of its own */
  const send = async (
    path: string,
    pieces: readonly Uint8Array[],
    headers: OutgoingHttpHeaders = {},
  ): Promise<RawAnswer> => {
    const { stream, answer } = begin(path, headers);
    for (const piece of pieces) stream.write(piece);
    stream.end();
    return answer;
  };
  return { session, begin, send };
}
