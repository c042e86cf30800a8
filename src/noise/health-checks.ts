import type { SpanView } from '../otlp/span-view.ts';
import { isHealthCheckPath, isHealthCheckSpanName } from './health-check-names.ts';
import { isServer, onlyReads, rootText } from './root-facts.ts';
import { type Check, never, type Rule } from './rule.ts';

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

const writingMethod = /^(POST|PUT|PATCH|DELETE)\b/i;

/** HTTP requests that only ask whether the app is there: by their path, or by who asks. */
export class HealthChecks implements Rule {
  readonly name = 'health-checks';

  /** A name with a path in it is the route; one without (`GET`) says nothing of what was asked for. */
  checkFor(rootName: string): Check {
    if (isHealthCheckSpanName(rootName)) return isServer;
    if (writingMethod.test(rootName)) return never;
    return rootName.includes('/') ? isAskedByProbe : isHealthCheck;
  }
}

function isAskedByProbe(root: SpanView): boolean {
  return isServer(root) && isProbe(root);
}

function isHealthCheck(root: SpanView): boolean {
  return isServer(root) && onlyReads(root) && (hasHealthCheckPath(root) || isProbe(root));
}

function hasHealthCheckPath(root: SpanView): boolean {
  const path = rootText(root, 'urlPath');
  return path !== undefined && isHealthCheckPath(path);
}

function isProbe(root: SpanView): boolean {
  const agent = rootText(root, 'userAgent');
  return agent !== undefined && probes.some((probe) => agent.startsWith(probe));
}
