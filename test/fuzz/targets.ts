import { signals } from '../../src/otlp/signal.ts';
import type { Target } from './target.ts';
import { grpc } from './targets/grpc.ts';
import { grpcWire } from './targets/grpc-wire.ts';
import { gzip } from './targets/gzip.ts';
import { jsonOf } from './targets/json.ts';
import { logs } from './targets/logs.ts';
import { metrics } from './targets/metrics.ts';
import { traces } from './targets/traces.ts';

/** All that is fuzzed. A case is named by the place of its target here: a new one goes to the end. */
export const targets: readonly Target[] = [
  traces,
  logs,
  metrics,
  ...signals.map(jsonOf),
  gzip,
  grpc,
  grpcWire,
];
