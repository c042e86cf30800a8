import type { SpanView } from '../otlp/span-view.ts';
import { isServer, rootText } from './root-facts.ts';
import { type Check, never, type Rule } from './rule.ts';

const service = 'grpc.health.v1.Health';

/** Calls of gRPC's health checking protocol (https://grpc.io/docs/guides/health-checking/). */
export class GrpcHealth implements Rule {
  readonly name = 'grpc-health';

  checkFor(rootName: string): Check {
    if (isHealthMethod.test(rootName)) return isServer;
    return isMethodAlone.test(rootName) ? isOfHealthService : never;
  }
}

const isHealthMethod = /(^|\/)grpc\.health\.v1\.health\/(check|watch|list)$/i;

/** Some instrumentations name the span by the method alone. */
const isMethodAlone = /^(check|watch|list)$/i;

function isOfHealthService(root: SpanView): boolean {
  return isServer(root) && rootText(root, 'rpcService') === service;
}
