import type { CallCount } from '../payload/calls.ts';
import type { Encoding } from '../payload/request-stream.ts';
import type { Load } from './schedule.ts';

export const transports = ['http', 'grpc'] as const;
export type Transport = (typeof transports)[number];

export interface LoadOrder {
  transport: Transport;
  /** Of the receiver for it, such as `http://127.0.0.1:4318`. */
  url: string;
  load: Load;
  /** Undefined: as many as an SDK sends at once under this load. */
  spansPerRequest?: number | undefined;
  millis: number;
  /** Over gRPC it is protobuf. */
  encoding: Encoding;
  /** Of the requests that can fail, those that do; undefined = as usual. */
  failingShare?: number | undefined;
  gzip: boolean;
}

export interface LoadResult {
  requests: number;
  /** In requests that were answered 200. */
  spans: number;
  /** Of those, the ones that are to be dropped. */
  healthChecks: number;
  /** What is to be counted of the others. */
  calls: readonly CallCount[];
  /** Requests that were not answered 200, by what came instead. */
  failures: Record<string, number>;
  /** From the time for which the request was meant until its answer, of those that were answered 200. */
  answerMillis: { p50: number; p99: number; max: number };
  /** How much later than meant requests were sent: what the generator adds to the answer times by itself. */
  lateMillis: { p99: number };
}
