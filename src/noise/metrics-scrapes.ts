import { type SpanView, spanKind } from '../otlp/span-view.ts';
import { NameVerdicts } from './name-verdicts.ts';
import { onlyReads, rootText } from './root-text.ts';
import type { Rule } from './rule.ts';

/** Where apps have their metrics. The whole path: `/projects/7/metrics` is an app's own business. */
const endpoints =
  /^(get |head )?(\/metrics|\/actuator\/prometheus|\/q\/metrics|\/-\/metrics|\/stats\/prometheus)\/?$/i;

/** What collectors of metrics call themselves. */
const scrapers = [
  'Prometheus/',
  'vm_promscrape',
  'OpenTelemetry Collector',
  'otelcol',
  'Grafana',
  'Alloy/',
  'Datadog Agent/',
];

type Verdict = 'scrape' | 'ask who' | 'ask where' | 'not noise';

/** Requests of a Prometheus, or of something like it, for the app's own metrics. */
export class MetricsScrapes implements Rule {
  readonly name = 'metrics-scrapes';
  private readonly verdicts = new NameVerdicts(verdictOn);

  matches(root: SpanView): boolean {
    if (root.kind !== spanKind.server) return false;
    switch (this.verdicts.of(root)) {
      case 'scrape':
        return true;
      case 'not noise':
        return false;
      case 'ask who':
        return isScraper(root);
      case 'ask where':
        return onlyReads(root) && isScrapedPath(root);
    }
  }
}

/** A name with a path in it is the route; one without (`GET`) says nothing of what was asked for. */
function verdictOn(name: string): Verdict {
  if (endpoints.test(name)) return 'scrape';
  if (/^(POST|PUT|PATCH|DELETE)\b/i.test(name)) return 'not noise';
  if (!name.includes('/')) return 'ask where';
  return isAboutMetrics(name) ? 'ask who' : 'not noise';
}

function isScrapedPath(root: SpanView): boolean {
  const path = (rootText(root, 'urlPath') ?? '').split('?', 1)[0]!;
  return endpoints.test(path) || (isAboutMetrics(path) && isScraper(root));
}

function isAboutMetrics(path: string): boolean {
  return /(metrics|prometheus|federate)\/?$/i.test(path);
}

function isScraper(root: SpanView): boolean {
  const agent = rootText(root, 'userAgent');
  return agent !== undefined && scrapers.some((scraper) => agent.startsWith(scraper));
}
