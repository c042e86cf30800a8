import type { Signal } from '../../src/otlp/signal.ts';
import { mostBodyBytes } from './settings.ts';

/** A span, log record or data point that was sent, known everywhere by its number. */
export interface Item {
  number: number;
  signal: Signal;
  shipment: Shipment;
  /** All that it is, but for its trace state, with its resource and scope. */
  text: string;
  /** Without one its ids are none, and it is to be rejected alone. */
  isValid: boolean;
  failed: boolean;
  /** Of a span. */
  trace: Trace | undefined;
}

/** A local trace. */
export interface Trace {
  id: string;
  /** What its root is; none never comes. */
  root: 'plain' | 'health check' | 'file' | 'none';
  spans: Item[];
}

/** How a request goes out. */
export interface Way {
  protocol: 'protobuf' | 'json' | 'grpc';
  gzip: boolean;
  /** Its sender does not wait for the answer, and goes away after so long. */
  goesAwayAfterMillis: number | undefined;
}

/** What came of sending a request once. */
export type Outcome =
  | { kind: 'taken'; rejected: number }
  /** For good. */
  | { kind: 'refused'; code: string }
  | { kind: 'again' }
  /** Nobody heard of it. */
  | { kind: 'unreached' }
  /** Nobody heard the answer. */
  | { kind: 'unknown' };

export interface Attempt {
  /** Of Tocsin, when it was sent; see `History`. */
  life: number;
  way: Way;
  /** By the monotonic clock. */
  sentAt: number;
  endedAt: number;
  outcome: Outcome;
}

/** A request, and what came of it each time that it was sent. */
export interface Shipment {
  number: number;
  signal: Signal;
  kind: 'good' | 'broken' | 'too large';
  /** As protobuf and as JSON. */
  protobuf: Buffer;
  json: Buffer;
  items: Item[];
  attempts: Attempt[];
}

export function attemptsOf({ attempts }: Shipment, ...kinds: Outcome['kind'][]): Attempt[] {
  return attempts.filter(({ outcome }) => kinds.includes(outcome.kind));
}

export function isTaken(shipment: Shipment): boolean {
  return attemptsOf(shipment, 'taken').length > 0;
}

/** @returns what is wrong with the answers to it; undefined if nothing is */
export function wronglyAnswered(shipment: Shipment): string | undefined {
  const { kind, number, signal, protobuf, json, attempts } = shipment;
  const mayBeRefused = kind !== 'good' || Math.max(protobuf.length, json.length) > mostBodyBytes;
  for (const { outcome, way, life } of attempts) {
    const by = `request ${number} of ${signal} (${kind}) by ${way.protocol} in life ${life}`;
    if (outcome.kind === 'refused' && !mayBeRefused) return `${by} was refused: ${outcome.code}`;
    if (outcome.kind !== 'taken') continue;
    if (kind !== 'good') return `${by} was taken`;
    const rejected = shipment.items.filter(({ isValid }) => !isValid).length;
    if (outcome.rejected !== rejected) return `${by}: ${outcome.rejected} rejected, and not ${rejected}`;
  }
  return undefined;
}
