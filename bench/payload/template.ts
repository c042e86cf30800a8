import type { CallCount } from './calls.ts';

/** What makes one round of all templates different from every other. */
export interface Round {
  /** The first four bytes of every id are changed by this. */
  mask: number;
  /** Nanoseconds that all times are moved by. */
  shiftNanos: bigint;
}

/** What is known of the spans of a request, whatever its encoding. */
export interface Contents {
  /** Those that are health checks, to be dropped by who receives them. */
  healthChecks: number;
  /** What is to be counted of the others. */
  calls: readonly CallCount[];
}

/** A request of the SDK, from which any number of requests are made that no receiver has seen before. */
export interface Template {
  spans: number;
  contents: Contents;
  /** The request with the ids and times of this round. */
  stamped(round: Round): Buffer;
}

/** No two numbers below 2 ** 32 give the same mask, and neighbours look unlike. */
export function roundMask(number: number): number {
  return Math.imul(number, 0x85ebca6b) >>> 0;
}
