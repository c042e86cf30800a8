import { proxyAttributes, retryAttributes } from '../../conventions/attributes.ts';
import { type AttributeValue, wholeNumberIn } from '../../otlp/attributes.ts';

/** By what a span is marked as a retry; what has no name of its own is counted under it. */
export type RetryMark = 'http' | 'envoy' | 'grpc' | 'app';

/** Attributes of a span that `retryMarkOf` looks at. */
export const retryMarkAttributes: readonly string[] = [
  ...Object.values(retryAttributes),
  proxyAttributes.component,
];

const { resendCount, envoyCount, attempt, grpcAttempts } = retryAttributes;

/**
 * Whether a span says of itself that it is a retry: whoever made it knew of the attempt before. Redirects and requests that are sent again with
 * credentials are marked by `http.request.resend_count` as well, and not to be told apart here.
 * @param attributes of the span, or those of `retryMarkAttributes`
 */
export function retryMarkOf(attributes: ReadonlyMap<string, AttributeValue>): RetryMark | undefined {
  const has = (key: string): boolean => (wholeNumberIn(attributes.get(key)) ?? 0) >= 1;
  const isOfProxy = attributes.get(proxyAttributes.component) === 'proxy';
  if (has(envoyCount) || (isOfProxy && has(resendCount))) return 'envoy';
  if (has(grpcAttempts)) return 'grpc';
  if (has(resendCount)) return 'http';
  return has(attempt) ? 'app' : undefined;
}
