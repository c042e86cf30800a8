import type { Signal } from '../../src/otlp/signal.ts';
import type { Item } from './items.ts';
import { mostBodyBytes } from './settings.ts';

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
