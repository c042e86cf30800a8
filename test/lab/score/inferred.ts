import type { BreakerSettings, BreakerTransition } from '../plan.ts';
import type { SpanRef } from '../truth.ts';

/** An ExportTraceServiceRequest in protobuf, and when it came in milliseconds since 1970. */
export interface ArrivedRequest {
  body: Uint8Array;
  at: number;
}

/** `to` is said to be a retry of `from`. */
export interface InferredLink {
  from: SpanRef;
  to: SpanRef;
  confidence: 'high' | 'low';
}

export interface InferredTransition extends BreakerTransition {
  dependency: string;
}

export interface Inferred {
  links: readonly InferredLink[];
  transitions: readonly InferredTransition[];
}

/** What is scored. Each recording is given to one that has seen nothing before, in the order in which its requests came. */
export interface Subject {
  name: string;
  infer(requests: readonly ArrivedRequest[], breaker: BreakerSettings): Inferred;
}

/** The same, without the links of which it is not sure. */
export function onlySure(subject: Subject): Subject {
  return {
    name: `${subject.name}, only what is sure`,
    infer(requests, breaker) {
      const { links, transitions } = subject.infer(requests, breaker);
      return { links: links.filter(({ confidence }) => confidence === 'high'), transitions };
    },
  };
}
