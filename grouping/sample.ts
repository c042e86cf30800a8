/** The part of the corpus that rules are made by, and the one that only says how good they are. */
export const parts = ['tuning', 'validation'] as const;
export type Part = (typeof parts)[number];

/** One thrown error, as an OpenTelemetry SDK recorded it. */
export interface Sample {
  language: string;
  /** What the fingerprint should tell apart: samples of one language and service with the same bug are one issue. */
  bug: string;
  /** What was done to the program before it failed. */
  variant: string;
  part: Part;
  /** `exception.type`, `exception.message` and `exception.stacktrace`; empty where the SDK records none. */
  type: string;
  message: string;
  stacktrace: string;
  service: string;
  /** With its version: `node 20.20.2`. */
  runtime: string;
}
