import type { Signal } from '../otlp/signal.ts';

/** Each has a path of its own below a base endpoint: `v1/traces` and so on (docs/specification.md, "OTLP/HTTP Request"). */
export const signals = ['traces', 'logs', 'metrics'] as const satisfies readonly Signal[];

/** Where each signal goes; undefined = nowhere. */
export type Destinations = Readonly<Partial<Record<Signal, URL>>>;

/**
 * As OpenTelemetry's specification of the exporters has it ("Endpoint URLs for OTLP/HTTP"): the URL of a signal is used as it
 * is, the base has the signal's path appended.
 * @param endpoint ends with a slash, or is empty
 */
export function destinationsOf({
  endpoint,
  endpoints,
}: {
  endpoint: string;
  endpoints: Readonly<Record<Signal, string>>;
}): Destinations {
  const destinations: Partial<Record<Signal, URL>> = {};
  for (const signal of signals) {
    if (endpoints[signal] !== '') destinations[signal] = new URL(endpoints[signal]);
    else if (endpoint !== '') destinations[signal] = new URL(`v1/${signal}`, endpoint);
  }
  return destinations;
}

/** Fit to be shown: without what stands behind a `?`, which may be a key. */
export function shownUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}
