import { Agent, request as httpRequest } from 'node:http';
import { contentTypes, type Encoding } from '../../src/intake/encoding.ts';
import type { Signal } from '../../src/otlp/signal.ts';
import { decode } from '../support/otlp-reference.ts';
import { factsOf } from './signals.ts';

export interface Sent {
  signal?: Signal;
  encoding?: Encoding;
  body?: Uint8Array | string;
  /** Instead of those that signal and encoding say. */
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  /** A connection of its own if there is none. */
  agent?: Agent;
  /** Who sends it goes away. */
  abort?: AbortSignal;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** Of the connection on this side: two answers with the same came over the same one. */
  port: number;
}

/** Sends a request as it stands: nothing of what the body is belied by is put right. */
export function post(port: number, sent: Sent): Promise<Answer> {
  const {
    signal = 'traces',
    encoding = 'protobuf',
    body,
    method = 'POST',
    agent = new Agent(),
    abort,
  } = sent;
  const { path = factsOf[signal].path } = sent;
  const headers = { 'content-type': contentTypes[encoding], ...sent.headers };
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers,
      agent,
      ...(abort && { signal: abort }),
    };
    const request = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
          port: local,
        }),
      );
    });
    let local = 0;
    request.on('socket', (socket) => {
      const note = (): unknown => (local = socket.localPort ?? 0);
      if (socket.connecting) socket.once('connect', note);
      else note();
    });
    request.on('error', reject);
    request.end(body);
  });
}

export interface PartialSuccess {
  rejected: number;
  errorMessage: string;
}

/** The partial success of an Export*ServiceResponse; undefined if it is not set. */
export function partialSuccessOf(
  signal: Signal,
  encoding: Encoding,
  body: Buffer,
): PartialSuccess | undefined {
  const { response, rejectedField } = factsOf[signal];
  const decoded = encoding === 'json' ? (JSON.parse(body.toString()) as object) : decode(response, body);
  const { partialSuccess } = decoded as { partialSuccess?: Record<string, string> };
  if (partialSuccess === undefined) return undefined;
  const { [rejectedField]: rejected = 0, errorMessage = '', ...others } = partialSuccess;
  if (Object.keys(others).length > 0) throw new Error(`what is ${Object.keys(others).join()}?`);
  return { rejected: Number(rejected), errorMessage };
}
