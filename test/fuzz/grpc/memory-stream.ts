import { EventEmitter } from 'node:events';
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { Difference } from '../target.ts';

export interface Answer {
  headers: OutgoingHttpHeaders | undefined;
  /** Of a call that was answered by headers alone, these. */
  trailers: OutgoingHttpHeaders | undefined;
  data: Buffer;
}

/** An HTTP/2 stream without a connection: as much of one as calls use. It is as strict as Node's with who answers twice. */
export class MemoryStream extends EventEmitter {
  headersSent = false;
  destroyed = false;
  closed = false;
  readableEnded = false;
  readonly session = undefined;
  readonly answer: Answer = { headers: undefined, trailers: undefined, data: Buffer.alloc(0) };
  private hasTrailers = false;
  private isAnswered = false;

  get asServerStream(): ServerHttp2Stream {
    return this as unknown as ServerHttp2Stream;
  }

  respond(headers: OutgoingHttpHeaders, options: { endStream?: boolean; waitForTrailers?: boolean }): void {
    this.mustBeOpen();
    if (this.headersSent) throw new Difference('it is answered twice');
    this.headersSent = true;
    this.answer.headers = headers;
    this.hasTrailers = options.waitForTrailers === true;
    if (options.endStream !== true) return;
    this.answer.trailers = headers;
    this.finish();
  }

  sendTrailers(trailers: OutgoingHttpHeaders): void {
    this.answer.trailers = trailers;
  }

  write(chunk: Uint8Array): void {
    this.mustBeOpen();
    this.answer.data = Buffer.concat([this.answer.data, chunk]);
  }

  end(): void {
    this.mustBeOpen();
    if (this.hasTrailers) this.emit('wantTrailers');
    this.finish();
  }

  resume(): void {
    // Nobody listens to what comes: it is thrown away.
  }

  /** As the server closes it, or its client resets it. */
  close(_code?: number): void {
    if (this.closed) return;
    this.closed = true;
    this.destroyed = true;
    queueMicrotask(() => this.emit('close'));
  }

  /** Something comes. */
  arrive(piece: Uint8Array): void {
    if (!this.closed) this.emit('data', Buffer.from(piece));
  }

  /** Nothing will come any more. */
  endOfRequest(): void {
    if (this.closed) return;
    this.readableEnded = true;
    this.emit('end');
    if (this.isAnswered) this.close();
  }

  private finish(): void {
    this.isAnswered = true;
    if (this.readableEnded) this.close();
  }

  private mustBeOpen(): void {
    if (this.closed || this.isAnswered) throw new Difference('it is answered after its end');
  }
}
