import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Clock } from '../../runtime/clock.ts';
import type { Claim } from '../admission.ts';
import { Refused, refusals } from '../answer.ts';
import { inflate } from '../inflate.ts';
import { prefixBytes, readMessage } from './message.ts';
import { succeeded, trailersOf } from './status.ts';

/** RFC 9113, section 7, those that are used. */
const http2Code = { noError: 0, cancel: 8 } as const;

const headersOfAnswer = {
  ':status': 200,
  'content-type': 'application/grpc+proto',
  // Also said where nothing is wrong, so that clients know what they may use.
  'grpc-accept-encoding': 'identity,gzip',
} satisfies OutgoingHttpHeaders;

/** Who does not read the answer is not waited for longer. */
const answerMillis = 30_000;

/**
 * A call of gRPC, as it stands on an HTTP/2 stream (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md). Its deadline is left to its
 * client, which cancels it: what is taken is taken within a second, or refused.
 */
export class Call {
  readonly headers: IncomingHttpHeaders;
  private readonly stream: ServerHttp2Stream;
  private readonly clock: Clock;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, clock: Clock) {
    this.stream = stream;
    this.headers = headers;
    this.clock = clock;
  }

  /** Its one message, inflated, and alone in its memory. @throws Refused */
  async read(maxBytes: number, claim: Claim): Promise<Uint8Array> {
    const { isCompressed, bytes } = await readMessage(this.stream, { maxBytes, claim, clock: this.clock });
    if (!isCompressed) return bytes;
    const encoding = this.headers['grpc-encoding'] ?? 'identity';
    if (encoding === 'identity')
      throw new Refused(
        'falseCompression',
        'the message says that it is compressed, and grpc-encoding that it is not',
      );
    if (encoding !== 'gzip')
      throw new Refused('unknownCompression', 'the grpc-encoding is not one of: identity, gzip');
    return inflate([bytes], maxBytes, claim);
  }

  /** Sends a message and says that all is well. */
  succeed(message: Uint8Array): void {
    this.begin(succeeded);
    this.send(message);
    this.end();
  }

  /** @param trailers of the answer, which follows in messages until it is ended */
  begin(trailers: OutgoingHttpHeaders): void {
    const { stream } = this;
    if (!this.isOpen) return;
    stream.respond(headersOfAnswer, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  }

  send(message: Uint8Array): void {
    if (this.isOpen) this.stream.write(framed(message));
  }

  end(): void {
    if (!this.isOpen) return;
    this.stream.end();
    this.closeUnlessRead();
  }

  refuse(refused: Refused): void {
    this.answerAtOnce({ ...headersOfAnswer, ...trailersOf(refused) });
  }

  /** For what is no call of gRPC: a status of HTTP. */
  refuseHttp({ refusal }: Refused): void {
    const { status } = refusals[refusal];
    this.answerAtOnce({ ':status': status, ...(status === 405 && { allow: 'POST' }) });
  }

  onClosed(listener: () => void): void {
    this.stream.once('close', listener);
  }

  private answerAtOnce(headers: OutgoingHttpHeaders): void {
    const { stream } = this;
    if (!this.isOpen || stream.headersSent) return;
    stream.respond(headers, { endStream: true });
    stream.resume();
    // "Early Server Closure": what is still to come of the request need not be sent.
    if (!stream.readableEnded) stream.close(http2Code.noError);
  }

  /** The answer may be held up by the window of a client that never reads. */
  private closeUnlessRead(): void {
    const { stream } = this;
    const cancelTimer = this.clock.after(answerMillis, () => stream.close(http2Code.cancel));
    stream.once('close', cancelTimer);
  }

  /** Somebody still waits for the answer. */
  get isOpen(): boolean {
    return !this.stream.destroyed && !this.stream.closed;
  }
}

const empty = Buffer.alloc(prefixBytes);

function framed(message: Uint8Array): Uint8Array {
  if (message.length === 0) return empty;
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
