import fc from 'fast-check';
import type protobuf from 'protobufjs';
import type { Signal } from '../../src/otlp/signal.ts';
import { logsRequestBytes } from '../support/log-builders.ts';
import { traceRequestObject } from '../support/otlp-arbitraries.ts';
import { kind, traceRequestBytes } from '../support/otlp-builders.ts';
import { encode, logsRequest, metricsRequest, traceRequest } from '../support/otlp-reference.ts';
import { messageOf } from '../support/otlp-type-arbitrary.ts';
import { type Tree, treeOf } from './message-tree.ts';

export interface Base {
  /** In the form of the reference decoder. */
  object: object;
  bytes: Uint8Array;
  tree: Tree;
}

/** The same in every run: a case is named by numbers alone. */
const seed = 20261130;
const bases = 400;
/** So that no text is cut anywhere, and a second is many cases. */
const largestBase = 1_500;

export const requestTypes: Readonly<Record<Signal, protobuf.Type>> = {
  traces: traceRequest,
  logs: logsRequest,
  metrics: metricsRequest,
};

const made = new Map<Signal, readonly Base[]>();

/** Requests to begin with: of any shape, and such as apps send. */
export function corpusOf(signal: Signal): readonly Base[] {
  const known = made.get(signal);
  if (known !== undefined) return known;
  const type = requestTypes[signal];
  const arbitrary = signal === 'traces' ? traceRequestObject : messageOf(type);
  const sampled = fc.sample(arbitrary, { numRuns: bases, seed }).map((request) => encode(type, request));
  const corpus = [...usual[signal](), ...sampled]
    .filter(({ length }) => length > 0 && length <= largestBase)
    .map((bytes) => ({
      bytes: new Uint8Array(bytes),
      tree: treeOf(type, bytes),
      object: type.toObject(type.decode(bytes), { longs: String }) as object,
    }));
  made.set(signal, corpus);
  return corpus;
}

const exception = {
  type: 'CardError',
  message: 'order 17 was not paid',
  stack: 'CardError: no\n    at pay (/app/pay.js:3:7)',
};

const usual: Readonly<Record<Signal, () => Uint8Array[]>> = {
  traces: () => [
    traceRequestBytes([
      {
        id: 1,
        kind: kind.server,
        name: 'POST /order',
        attributes: { 'http.route': '/order', 'url.path': '/order' },
      },
      { id: 2, parent: 1, kind: kind.client, failed: true, exceptions: [exception], traceState: 'ot=th:8' },
    ]),
    traceRequestBytes([{ id: 3, name: 'nightly', attributes: { 'job.name': 'nightly', 'job.id': 7 } }]),
    traceRequestBytes([{ id: 4, attributes: { 'task.name': 'mail', retried: true, ratio: 0.5 } }]),
  ],
  logs: () => [
    logsRequestBytes([
      { severity: 17, body: 'it broke', trace: 1, span: 2, exception, timeMillis: 1_767_323_045_000 },
      { severity: 9, body: { kvlistValue: { values: [{ key: 'a', value: { intValue: '1' } }] } } },
      { eventName: 'app.crash', severityText: 'FATAL', attributes: { 'thread.id': 1 } },
    ]),
  ],
  metrics: () => [],
};
