import { type Span, stringAttribute, type TraceRequest } from './otlp.ts';

const healthPaths = new Set(['/health', '/healthz', '/livez', '/readyz', '/ping']);
const server = 2;
const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const statuses = ['UNSET', 'OK', 'ERROR'];

/** Calls by service, name, kind and status. */
export class Calls {
  private readonly counts = new Map<string, number>();

  count(service: string, { name, kind, status }: Span): void {
    const key = `${service}\n${name}\n${kind}\n${status?.code ?? 0}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** In the text format of Prometheus, under the names that the span metrics connector gives them. */
  expose(): string {
    const lines = [...this.counts].map(([key, count]) => {
      const [service = '', name = '', kind, status] = key.split('\n');
      const labels = [
        `service_name=${JSON.stringify(service)}`,
        `span_name=${JSON.stringify(name)}`,
        `span_kind="SPAN_KIND_${kinds[Number(kind)]}"`,
        `status_code="STATUS_CODE_${statuses[Number(status)]}"`,
      ];
      return `traces_span_metrics_calls_total{${labels.join(',')}} ${count}\n`;
    });
    return lines.join('');
  }
}

/** Takes health checks out of the request and counts the rest. */
export function process(request: TraceRequest, calls: Calls): void {
  for (const { resource, scopeSpans } of request.resourceSpans) {
    const service = stringAttribute(resource?.attributes, 'service.name') ?? 'unknown_service';
    for (const scope of scopeSpans) {
      scope.spans = scope.spans.filter((span) => !isHealthCheck(span));
      for (const span of scope.spans) calls.count(service, span);
    }
  }
}

function isHealthCheck({ kind, attributes }: Span): boolean {
  const path = kind === server ? stringAttribute(attributes, 'url.path') : undefined;
  return path !== undefined && healthPaths.has(path);
}
