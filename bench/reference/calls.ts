import { type Span, stringAttribute, type TraceRequest } from './otlp.ts';

const healthPaths = new Set(['/health', '/healthz', '/livez', '/readyz', '/ping']);
const server = 2;

/** Calls by service, name, kind and status. */
export class Calls {
  private readonly counts = new Map<string, number>();

  count(service: string, { name, kind, status }: Span): void {
    const key = `${service}\n${name}\n${kind}\n${status?.code ?? 0}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** In the text format of Prometheus. */
  expose(): string {
    const lines = [...this.counts].map(([key, count]) => {
      const [service, name, kind, status] = key.split('\n').map((part) => JSON.stringify(part));
      return `calls_total{service_name=${service},span_name=${name},span_kind=${kind},status_code=${status}} ${count}\n`;
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
