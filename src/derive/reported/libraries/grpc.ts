import { type MetricReader } from '../metric-saying.ts';

/**
 * gRFC A96: histograms of how often each call was tried again, without those that were not. Together they are what was observed.
 * @param policy what gRPC does by itself has no name
 */
export function readGrpcRetries(policy: string): MetricReader {
  return ({ sum }) => ({ says: 'retries', policy, value: sum });
}
