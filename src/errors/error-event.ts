import type { Breadcrumb } from './breadcrumb.ts';
import type { AttributeValue } from '../otlp/attributes.ts';

/** From harmless to wake somebody, in that order. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What kind of failure it was, whatever the language and library called it. */
export const errorClasses = [
  'connection',
  'timeout',
  'constraint',
  'operation',
  'not_found',
  'validation',
  'auth',
  'rate_limited',
  'resource_exhausted',
  'cancelled',
  'programming',
  'unknown',
] as const;
export type ErrorClass = (typeof errorClasses)[number];

/** One call of a stack trace. */
export interface Frame {
  /** As the runtime names it, generated parts removed; absent for top-level and anonymous code. */
  function?: string;
  /** What the function is in, where the language has more than files: a package and class, a namespace, a crate. */
  module?: string;
  /** The file the code is in, as far as the runtime said it. */
  file?: string;
  line?: number;
  column?: number;
  /** The user's own code: neither the runtime's nor a dependency's. */
  inApp: boolean;
}

/** An exception in the chain that led to another. */
export interface Cause {
  type: string;
  message: string;
  /** The failing call first. */
  frames: readonly Frame[];
}

/** Where a failure was swallowed. */
export interface Swallowed {
  /** Name of the local root. */
  operation: string;
  /** Whom the failed call went to; empty if it was none, or does not say. */
  dependency: string;
}

/**
 * One observed failure, as it is stored. A stored event never changes: what is learnt later belongs to its
 * issue. All text in it comes from the app and is hostile until it is escaped for where it is shown.
 */
export interface ErrorEvent {
  /** Made of what identifies the failure (service, trace, span, type, message, time): the same failure sent twice is one event. */
  id: string;
  /** The id of the same failure as another signal may tell of it, where that is another one. */
  otherId?: string | undefined;
  /** When it happened by the app's clock, or when it came if that cannot be; milliseconds since the Unix epoch. */
  time: number;
  /** When it happened by the app's clock, if that cannot be. */
  reportedTime?: number | undefined;
  service: string;
  environment: string;
  /** `service.version`, or empty. */
  version: string;
  /** `service.instance.id`, and the pod or host that it ran on; empty if the resource does not say. */
  instance?: string;
  pod?: string;
  /** Of whoever it happened to, to count users by; never stored with the event. */
  userHash?: number | undefined;
  severity: Severity;
  /** The severity that it has unless it turns out within seconds that another attempt succeeded: until then it has the least. */
  held?: Severity | undefined;
  /** A span failed, nothing made up for it, and the local root ended well all the same. */
  swallowed?: Swallowed | undefined;
  /** The deepest failed call of the local trace: `POST payments:8080 → 503`. */
  likelyCause?: string | undefined;
  /** Business as usual, by a rule of the user: it is never told. */
  expected: boolean;
  class: ErrorClass;
  /** What part of the app failed: `tocsin.component`, or the instrumentation scope. */
  component: string;
  /** `exception.type`, `error.type`, or what the failing span amounts to (`HTTP 503`). */
  type: string;
  message: string;
  /** The stack trace as the app sent it, bounded in length; empty if there was none. */
  stack: string;
  /** Parsed from `stack`, the failing call first; empty if its format is not known. */
  frames: readonly Frame[];
  /** What caused it, as far as the stack says so: its direct cause first, the root cause last. */
  causes: readonly Cause[];
  /** The name of the span that failed. */
  operation: string;
  /** 32 and 16 lower-case hex digits. */
  traceId: string;
  spanId: string;
  /** What happened in the trace before it; of a storm not with every event. */
  breadcrumbs?: readonly Breadcrumb[];
  attributes: Readonly<Record<string, AttributeValue>>;
  /** Those of them that it can be found by. */
  indexed?: readonly string[];
  /** Events with the same fingerprint, service and environment are one issue. */
  fingerprint: string;
  /** What it was called by versions of the fingerprint before this one, if that may name its issue; never stored with the event. */
  formerFingerprints?: readonly string[] | undefined;
  /** What a user can read out on the phone; the app computes the same one from the trace id. */
  supportCode: string;
  /** The same, if the app said it. */
  ownSupportCode?: string | undefined;
}
