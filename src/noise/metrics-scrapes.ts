import type { SpanView } from '../otlp/span-view.ts';
import { isServer, onlyReads, rootText } from './root-facts.ts';
import { type Check, never, type Rule } from './rule.ts';

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

/** Requests of a Prometheus, or of something like it, for the app's own metrics. */
export class MetricsScrapes implements Rule {
  readonly name = 'metrics-scrapes';

  /** A name with a path in it is the route; one without (`GET`) says nothing of what was asked for. */
  checkFor(rootName: string): Check {
    if (endpoints.test(rootName)) return isServer;
    if (/^(POST|PUT|PATCH|DELETE)\b/i.test(rootName)) return never;
    if (!rootName.includes('/')) return isScrape;
    return isAboutMetrics(rootName) ? isAskedByScraper : never;
  }
}

function isScrape(root: SpanView): boolean {
  return isServer(root) && onlyReads(root) && isScrapedPath(root);
}

function isAskedByScraper(root: SpanView): boolean {
  return isServer(root) && isScraper(root);
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
