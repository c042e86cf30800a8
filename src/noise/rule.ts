import type { SpanView } from '../otlp/span-view.ts';

/** Says of local roots whether their local traces are noise. */
export interface Rule {
  /** As it is configured, counted and shown. */
  readonly name: string;
  /** @param service name of the service that the root is of */
  matches(root: SpanView, service: string): boolean;
}

/** The rules that are there without being written, in the order in which they are asked. */
export const builtInRules = ['health-checks', 'grpc-health', 'metrics-scrapes'] as const;
export type BuiltInRule = (typeof builtInRules)[number];
