import type { IncomingMessage, ServerResponse } from 'node:http';
import { MalformedOtlp } from '../otlp/malformed.ts';
import { requestFromJson } from '../otlp/json/request.ts';
import { type Accepted, StoreUnavailable } from '../pipeline/trace-pipeline.ts';
import type { Events } from '../telemetry/events.ts';
import { Admission } from './admission.ts';
import { Refused, refusals, retryAfterSeconds, statusBody, successBody } from './answer.ts';
import { readBody } from './body.ts';
import { contentTypes, type Encoding, encodingOf } from './encoding.ts';

export interface OtlpHttpOptions {
  maxBodyBytes: number;
  maxInFlightBytes: number;
}

export interface TraceAcceptor {
  accept(body: Uint8Array): Promise<Accepted>;
}

const tracesPath = '/v1/traces';
/**
 * OTLP over HTTP (opentelemetry-proto, docs/specification.md, "OTLP/HTTP"). On bare node:http: this is the path that every
 * span of the app takes.
 */
export class OtlpHttp {
  private readonly options: OtlpHttpOptions;
  private readonly acceptor: TraceAcceptor;
  private readonly events: Events;
  private readonly admission: Admission;

  constructor(options: OtlpHttpOptions, acceptor: TraceAcceptor, events: Events) {
    this.options = options;
    this.acceptor = acceptor;
    this.events = events;
    this.admission = new Admission(options.maxInFlightBytes);
  }

  /** Answers every request, and never throws. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const encoding = encodingOf(request.headers['content-type']);
    const claim = this.admission.open();
    try {
      const target = route(request, encoding);
      const body = await readBody(request, this.options.maxBodyBytes, claim);
      const bytes = target === 'json' ? requestFromJson('traces', body) : body;
      const { rejectedSpans } = await this.acceptor.accept(bytes);
      this.answer(request, response, target, 200, successBody(target, rejectedSpans));
    } catch (error) {
      this.refuse(request, response, encoding ?? 'json', this.refusedBy(error));
    } finally {
      claim.release();
    }
  }

  private refusedBy(error: unknown): Refused {
    if (error instanceof Refused) return error;
    if (error instanceof MalformedOtlp) return new Refused('malformed', error.reason);
    if (error instanceof StoreUnavailable) return new Refused('overloaded', `${error.message}; send again`);
    this.events.requestFailed(error);
    return new Refused('internal', 'something is wrong in here; it has been logged');
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
    this.answer(request, response, encoding, status, statusBody(encoding, refused.refusal, refused.message));
  }

  private answer(
    request: IncomingMessage,
    response: ServerResponse,
    encoding: Encoding,
    status: number,
    body: Uint8Array,
  ): void {
    const signal = pathOf(request) === tracesPath ? 'traces' : 'unknown';
    this.events.requestAnswered(signal, `http/${encoding}`, status);
    response.writeHead(status, { 'content-type': contentTypes[encoding], 'content-length': body.length });
    if (request.complete) {
      response.end(body);
      return;
    }
    response.write(body);
    drain(request, () => response.end());
  }
}

/** @throws Refused unless it is a request for an export, in an encoding that is known */
function route(request: IncomingMessage, encoding: Encoding | undefined): Encoding {
  if (pathOf(request) !== tracesPath) {
    throw new Refused('unknownPath', `there is nothing here; traces go to ${tracesPath}`);
  }
  if (request.method !== 'POST') throw new Refused('wrongMethod', 'use POST');
  if (encoding === undefined) {
    throw new Refused(
      'wrongType',
      `the content type is not one of: ${Object.values(contentTypes).join(', ')}`,
    );
  }
  return encoding;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0]!;
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
