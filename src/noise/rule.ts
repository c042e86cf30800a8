import type { SpanView } from '../otlp/span-view.ts';

/** Whether the local trace of a root is noise. @param service name of the service that the root is of */
export type Check = (root: SpanView, service: string) => boolean;

export const never: Check = () => false;

/** Says of local roots whether their local traces are noise. */
export interface Rule {
  /** As it is configured, counted and shown. */
  readonly name: string;
  /**
   * What is to be looked at in roots with this name; `never` where the name says enough. Names are few and come again with
   * every request, so this is asked once for each.
   */
  checkFor(rootName: string): Check;
}

/** The rules that are there without being written, in the order in which they are asked. */
export const builtInRules = ['health-checks', 'grpc-health', 'metrics-scrapes'] as const;
export type BuiltInRule = (typeof builtInRules)[number];
