import type { BreakerSettings, BreakerTransition } from './plan.ts';

/** A span on the wire. */
export interface SpanRef {
  traceId: string;
  spanId: string;
}

/** One attempt of a call, with its span; or that there is none (`absent` says why). */
export type Attempt = SpanRef | { absent: string };

/**
 * `retry`: each attempt but the first is a retry of the one before. The others are what must never be taken for one:
 * `resend`: the same call goes on (a redirect, a login). `hedge`: a second attempt without the first having failed.
 */
export type CallKind = 'retry' | 'resend' | 'hedge';

export interface TrueCall {
  id: string;
  kind: CallKind;
  attempts: readonly Attempt[];
  ok: boolean;
  rejected?: boolean;
}

/**
 * What a recording is to show. `interchangeable`: calls to one URL at once, under no parent or under the same: that there were
 * retries can be told, but not of which call. `indistinguishable`: calls one after the other that look like retries of each
 * other. `hidden`: the spans say something else than what the app saw. `negative`: nothing in it is a retry.
 */
export const classes = [
  'ordinary',
  'interchangeable',
  'indistinguishable',
  'hidden',
  'negative',
  'breaker',
] as const;
export type Class = (typeof classes)[number];

export interface Truth {
  runtime: string;
  library: string;
  scenario: string;
  class: Class;
  failure: string;
  conditions: Readonly<Record<string, string | number>>;
  versions: Readonly<Record<string, string>>;
  /** When each line of the recording came, in milliseconds since 1970. */
  arrivals: readonly number[];
  calls: readonly TrueCall[];
  breaker?: TrueBreaker;
}

export interface TrueBreaker {
  /** Of the app itself, or what the reference made of the app's own outcomes. */
  of: 'app' | 'reference';
  settings: BreakerSettings;
  transitions: readonly BreakerTransition[];
  /** Between the first call and the end of the last. */
  from: number;
  to: number;
}
