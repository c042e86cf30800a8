import { type SpanView, spanKind } from '../otlp/span-view.ts';
import { isHealthCheckPath, isHealthCheckSpanName } from './health-check-names.ts';
import { NameVerdicts } from './name-verdicts.ts';
import { onlyReads, rootText } from './root-text.ts';
import type { Rule } from './rule.ts';

/** What probes of orchestrators, load balancers and service registries call themselves; they do nothing else. */
const probes = [
  'kube-probe/',
  'GoogleHC/',
  'ELB-HealthChecker/',
  'Amazon-Route53-Health-Check-Service',
  'Consul Health Check',
  'Edge Health Probe',
  'Envoy/HC',
  'Load Balancer Agent',
];

type Verdict = 'health check' | 'ask who' | 'ask who and where' | 'not noise';

/** HTTP requests that only ask whether the app is there: by their path, or by who asks. */
export class HealthChecks implements Rule {
  readonly name = 'health-checks';
  private readonly verdicts = new NameVerdicts(verdictOn);

  matches(root: SpanView): boolean {
    if (root.kind !== spanKind.server) return false;
    switch (this.verdicts.of(root)) {
      case 'health check':
        return true;
      case 'not noise':
        return false;
      case 'ask who':
        return isProbe(root);
      case 'ask who and where':
        return onlyReads(root) && (hasHealthCheckPath(root) || isProbe(root));
    }
  }
}

const writingMethod = /^(POST|PUT|PATCH|DELETE)\b/i;

/** A name with a path in it is the route; one without (`GET`) says nothing of what was asked for. */
function verdictOn(name: string): Verdict {
  if (isHealthCheckSpanName(name)) return 'health check';
  if (writingMethod.test(name)) return 'not noise';
  return name.includes('/') ? 'ask who' : 'ask who and where';
}

function hasHealthCheckPath(root: SpanView): boolean {
  const path = rootText(root, 'urlPath');
  return path !== undefined && isHealthCheckPath(path);
}

function isProbe(root: SpanView): boolean {
  const agent = rootText(root, 'userAgent');
  return agent !== undefined && probes.some((probe) => agent.startsWith(probe));
}
