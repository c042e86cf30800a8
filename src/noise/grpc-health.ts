import { type SpanView, spanKind } from '../otlp/span-view.ts';
import { NameVerdicts } from './name-verdicts.ts';
import { rootText } from './root-text.ts';
import type { Rule } from './rule.ts';

const service = 'grpc.health.v1.Health';

/** Calls of gRPC's health checking protocol (https://grpc.io/docs/guides/health-checking/). */
export class GrpcHealth implements Rule {
  readonly name = 'grpc-health';
  private readonly verdicts = new NameVerdicts(verdictOn);

  matches(root: SpanView): boolean {
    if (root.kind !== spanKind.server) return false;
    const verdict = this.verdicts.of(root);
    return verdict === 'ask the service' ? rootText(root, 'rpcService') === service : verdict === 'noise';
  }
}

/** Some instrumentations name the span by the method alone. */
function verdictOn(name: string): 'noise' | 'ask the service' | 'not noise' {
  if (/(^|\/)grpc\.health\.v1\.health\/(check|watch|list)$/i.test(name)) return 'noise';
  return /^(check|watch|list)$/i.test(name) ? 'ask the service' : 'not noise';
}
