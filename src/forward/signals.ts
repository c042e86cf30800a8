import { type Signal, signals } from '../otlp/signal.ts';
import { destinationsOf, type ForwardConfig } from './config.ts';

/** Where each signal goes; undefined = nowhere. */
export type Endpoints = Readonly<Partial<Record<Signal, URL>>>;

/**
 * As OpenTelemetry's specification of the exporters has it ("Endpoint URLs for OTLP/HTTP"): the URL of a signal is used as it
 * is, the base has the signal's path appended (docs/specification.md, "OTLP/HTTP Request").
 * @param endpoint ends with a slash, or is empty
 */
export function endpointsOf({
  endpoint,
  endpoints,
}: {
  endpoint: string;
  endpoints: Readonly<Record<Signal, string>>;
}): Endpoints {
  const found: Partial<Record<Signal, URL>> = {};
  for (const signal of signals) {
    if (endpoints[signal] !== '') found[signal] = new URL(endpoints[signal]);
    else if (endpoint !== '') found[signal] = new URL(`v1/${signal}`, endpoint);
  }
  return found;
}

/** Whether there is a back end for it. */
export function isForwarded(config: ForwardConfig, signal: Signal): boolean {
  return destinationsOf(config).some((destination) => endpointsOf(destination)[signal] !== undefined);
}

/** Fit to be shown: without what stands behind a `?`, which may be a key. */
export function shownUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}
