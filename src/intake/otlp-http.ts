import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type Signal, signals } from '../otlp/signal.ts';
import type { Accepted } from '../pipeline/acceptor.ts';
import { acceptsGzip } from '../runtime/preferences.ts';
import { release } from '../runtime/release.ts';
import type { Events } from '../telemetry/events.ts';
import { Admission } from './admission.ts';
import { Refused, refusals, retryAfterSeconds, statusBody, successBody } from './answer.ts';
import { readBody } from './body.ts';
import { contentTypes, type Encoding, encodingOf } from './encoding.ts';
import { exportsOf } from './exports.ts';
import { refusedBy } from './refused-by.ts';

const leastCompressedBytes = 1024;

export interface OtlpHttpOptions {
  maxBodyBytes: number;
  maxInFlightBytes: number;
  /** Whether the process has no memory left for more. */
  isShortOfMemory?: (() => boolean) | undefined;
}

export interface Receiver {
  /**
   * @param body read by nobody any more once it is received, unless that fails
   * @throws MalformedOtlp, StoreUnavailable, JournalStalled
   */
  receive(signal: Signal, encoding: Encoding, body: Uint8Array): Promise<Accepted>;
}

/**
 * OTLP over HTTP (opentelemetry-proto, docs/specification.md, "OTLP/HTTP"). On bare node:http: this is the path that every
 * span of the app takes.
 */
export class OtlpHttp {
  private readonly receiver: Receiver;
  private readonly events: Events;
  private readonly admission: Admission;
  private readonly maxBodyBytes: number;

  /** @param admission if the bytes in flight have a bound in common with others */
  constructor(
    options: OtlpHttpOptions,
    receiver: Receiver,
    events: Events,
    admission = new Admission(options.maxInFlightBytes, options.isShortOfMemory),
  ) {
    this.receiver = receiver;
    this.events = events;
    this.admission = admission;
    this.maxBodyBytes = Math.min(options.maxBodyBytes, this.admission.mostOfOne);
  }

  /** For a server. */
  readonly listener = (request: IncomingMessage, response: ServerResponse): void => {
    void this.handle(request, response);
  };

  /** For a server: refuses what this Tocsin itself has forwarded. */
  readonly loopListener = (request: IncomingMessage, response: ServerResponse): void => {
    const encoding = encodingOf(request.headers['content-type']) ?? 'json';
    const message = 'this comes from here: what is forwarded goes round';
    this.refuse(request, response, encoding, new Refused('loop', message));
  };

  /** Answers every request, and never throws. */
  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const encoding = encodingOf(request.headers['content-type']);
    const claim = this.admission.open();
    try {
      const target = route(request, encoding);
      const body = await readBody(request, this.maxBodyBytes, claim);
      const { rejected } = await this.receiver.receive(target.signal, target.encoding, body);
      // Not where it failed: the journal may still be writing it.
      release(body);
      const answer = successBody(target.signal, target.encoding, rejected);
      this.answer(request, response, target.encoding, 200, answer);
    } catch (error) {
      this.refuse(request, response, encoding ?? 'json', refusedBy(error, this.events));
    } finally {
      claim.release();
    }
  }

  private refuse(
    request: IncomingMessage,
    response: ServerResponse,
    encoding: Encoding,
    refused: Refused,
  ): void {
    const { status } = refusals[refused.refusal];
    if (refused.refusal === 'wrongMethod') response.setHeader('allow', 'POST');
    if (status === 503) response.setHeader('retry-after', retryAfterSeconds);
    if (!request.complete) response.setHeader('connection', 'close');
    this.answer(request, response, encoding, status, statusBody(encoding, refused));
  }

  private answer(
    request: IncomingMessage,
    response: ServerResponse,
    encoding: Encoding,
    status: number,
    body: Uint8Array,
  ): void {
    this.events.requestAnswered(signalOf(request) ?? 'unknown', `http/${encoding}`, status);
    const content = compressed(request, response, body);
    response.writeHead(status, { 'content-type': contentTypes[encoding], 'content-length': content.length });
    if (request.complete) {
      response.end(content);
      return;
    }
    response.write(content);
    drain(request, () => response.end());
  }
}

/** With the header that says so. Nearly all answers are too short to gain by it, and many are empty. */
function compressed(request: IncomingMessage, response: ServerResponse, body: Uint8Array): Uint8Array {
  if (body.length < leastCompressedBytes || !acceptsGzip(request.headers['accept-encoding'])) return body;
  response.setHeader('content-encoding', 'gzip');
  return gzipSync(body);
}

/** @throws Refused unless it is a request for an export, in an encoding that is known */
function route(
  request: IncomingMessage,
  encoding: Encoding | undefined,
): { signal: Signal; encoding: Encoding } {
  const signal = signalOf(request);
  if (signal === undefined) {
    const paths = Object.values(exportsOf).map(({ path }) => path);
    throw new Refused('unknownPath', `there is nothing here; OTLP goes to ${paths.join(', ')}`);
  }
  if (request.method !== 'POST') throw new Refused('wrongMethod', 'use POST');
  if (encoding === undefined) {
    const types = Object.values(contentTypes).join(', ');
    throw new Refused('wrongType', `the content type is not one of: ${types}`);
  }
  return { signal, encoding };
}

function signalOf(request: IncomingMessage): Signal | undefined {
  const path = pathOf(request.url ?? '');
  return signals.find((signal) => exportsOf[signal].path === path);
}

/** A target may be a whole URL (RFC 9112, section 3.2.2), as proxies are asked. */
function pathOf(target: string): string {
  const withoutOrigin = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return withoutOrigin.split('?', 1)[0]!;
}

/**
 * Reads and throws away what is still to come of a request that was refused. Were the connection closed under a sender that is
 * still writing, it would see that and never the answer. The listener's time limit for a request ends this.
 */
function drain(request: IncomingMessage, done: () => void): void {
  request.once('error', done);
  request.once('close', done);
  request.once('end', done);
  request.resume();
}
