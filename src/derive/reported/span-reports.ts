import { breakerAttributes, proxyAttributes, retryPolicyAttribute } from '../../conventions/attributes.ts';
import type { AttributeValue } from '../../otlp/attributes.ts';
import { spanKind } from '../../otlp/span-kind.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import { type BreakerOutcome, readOutcome } from './breaker-words.ts';
import { nameIn } from './libraries/name-in.ts';
import { retryMarkAttributes, retryMarkOf } from './retry-marks.ts';

const read: ReadonlySet<string> = new Set([
  breakerAttributes.name,
  breakerAttributes.outcome,
  ...retryMarkAttributes,
  retryPolicyAttribute,
  proxyAttributes.responseFlags,
  ...proxyAttributes.upstreamCluster,
]);

/** What a span says by its attributes. */
export interface SpanReport {
  /** A call through a breaker; a name that is empty, or an outcome that is undefined, are none. */
  call: { breaker: string; outcome: BreakerOutcome | undefined } | undefined;
  /** Under what it is counted as a retry. */
  retry: string | undefined;
}

/** @param span one of those that the scanner found to tell of it */
export function readSpanReport(span: SpanView): SpanReport {
  const attributes = span.attributes(read);
  const isOfProxy = attributes.get(proxyAttributes.component) === 'proxy';
  const flags = isOfProxy ? flagsIn(attributes.get(proxyAttributes.responseFlags)) : [];
  const mark = retryMarkOf(attributes) ?? (isExhausted(span, flags) ? 'envoy' : undefined);
  const policy = nameIn(attributes, retryPolicyAttribute);
  return {
    call: callOf(attributes, flags),
    retry: mark === undefined ? undefined : policy || mark,
  };
}

/**
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage: UO, the proxy's circuit breaker has refused the
 * call; URX, it was tried again until there were no more retries.
 */
function flagsIn(value: AttributeValue | undefined): readonly string[] {
  return typeof value === 'string' ? value.split(',').map((flag) => flag.trim()) : [];
}

/** Where a proxy makes one span of all attempts, this is all that it says of them: there was one more at least. */
function isExhausted({ kind }: SpanView, flags: readonly string[]): boolean {
  return kind === spanKind.client && flags.includes('URX');
}

function callOf(
  attributes: ReadonlyMap<string, AttributeValue>,
  flags: readonly string[],
): SpanReport['call'] {
  const said = attributes.get(breakerAttributes.outcome);
  if (said !== undefined)
    return { breaker: nameIn(attributes, breakerAttributes.name), outcome: readOutcome(said) };
  if (!flags.includes('UO')) return undefined;
  const breaker = proxyAttributes.upstreamCluster
    .map((key) => nameIn(attributes, key))
    .find((name) => name !== '');
  return { breaker: breaker ?? '', outcome: 'rejected' };
}
