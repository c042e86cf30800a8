import type { Row } from './pairwise.ts';

/** In the order of the tables. Of those that cost time or space, the first value is the cheapest. */
const conditions = {
  failure: ['503', '429', 'refused', 'reset', 'hang', 'slow', 'flapping', 'mixed'],
  parent: ['own', 'none', 'shared'],
  url: ['each', 'same'],
  delay: ['short', 'default'],
  batchMillis: [5000, 500],
} as const;

/** Every client that retries over HTTP, in every failure and condition: pairwise. */
export const nodeFactors = {
  client: [
    'axios-retry',
    'got',
    'ky',
    'p-retry',
    'undici-agent',
    'undici-interceptor',
    'node-fetch',
    'cockatiel',
  ],
  failure: conditions.failure,
  parent: conditions.parent,
  connection: ['cold', 'warm'],
  concurrency: [1, 10, 100],
  url: conditions.url,
  delay: conditions.delay,
  batchMillis: conditions.batchMillis,
} as const;

export const pythonFactors = {
  client: ['httpx-tenacity', 'requests-tenacity'],
  ...conditions,
  connection: ['cold', 'kept'],
  concurrency: [1, 10],
  conventions: ['old', 'stable'],
} as const;

export const goFactors = {
  client: ['retryablehttp', 'backoff'],
  ...conditions,
  connection: ['cold', 'kept'],
  concurrency: [1, 10],
} as const;

/** Of a connection that is refused, the agent makes the span where the app cannot see which one it is. */
export const javaFactors = {
  client: ['resilience4j-retry'],
  ...conditions,
  failure: ['503', '429', 'reset', 'hang', 'slow', 'flapping', 'mixed'],
  connection: ['cold', 'kept'],
  concurrency: [1, 10],
} as const;

/** One row of any of them. */
export type Conditions =
  | (Row<typeof nodeFactors> & { conventions?: never })
  | Row<typeof pythonFactors>
  | (Row<typeof goFactors> & { conventions?: never })
  | (Row<typeof javaFactors> & { conventions?: never });

/** Go's transport sends a request again by itself, within its span, if a connection that was used before is reset. */
export function withoutOwnRetries(row: Row<typeof goFactors>): Row<typeof goFactors> {
  const isReset = row.failure === 'reset' || row.failure === 'mixed';
  return isReset ? { ...row, connection: 'cold' } : row;
}
