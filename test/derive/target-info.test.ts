import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { TargetInfo, targetAttributes, targetLabels } from '../../src/derive/target-info.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { SpanView } from '../../src/otlp/span-view.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { ResourceReader } from '../../src/pipeline/resource-facts.ts';
import { judgeOpenMetrics } from '../support/openmetrics-judge.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { TestClock } from '../support/test-clock.ts';

const minute = 60_000;

function setUp(lines = 100) {
  const clock = new TestClock();
  const registry = new MetricRegistry(clock);
  const targets = new TargetInfo(registry, new SeriesBudget(lines, { expireAfterMillis: 15 * minute }));
  const resources = new ResourceReader();
  const view = new SpanView();
  const seen = (resource: Record<string, string>): void => {
    view.open(new TraceScanner().scan(traceRequestBytes([{ id: 1 }], resource)));
    targets.seen(resources.read(view).target);
  };
  const lines_ = (): string[] =>
    judgeOpenMetrics(`${[...registry.expose('openmetrics')].join('')}# EOF\n`)
      .get('target')
      ?.samples.map(({ labels }) => labels) ?? [];
  return { clock, registry, seen, lines: lines_ };
}

const given = {
  'service.name': 'shop',
  'service.namespace': 'web',
  'service.version': '1.2.3',
  'service.instance.id': '627cc493-f310-47de-96bd-71410b7dec09',
  'deployment.environment.name': 'production',
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'opentelemetry',
  'telemetry.sdk.version': '2.0.0',
  'process.runtime.name': 'nodejs',
  'process.runtime.version': '24.1.0',
  'process.pid': '17',
  'host.name': 'node-1',
  'k8s.pod.name': 'shop-5f7d8',
  'client.address': '10.1.2.3',
};

suite('target_info', () => {
  test('says what runs, and never which of many it is', () => {
    const { seen, registry } = setUp();
    seen(given);
    assert.equal(
      [...registry.expose('openmetrics')].join(''),
      '# TYPE target info\n# HELP target What runs and sends spans.\n' +
        'target_info{service_name="shop",service_version="1.2.3",deployment_environment_name="production",service_namespace="web",' +
        'telemetry_sdk_language="nodejs",telemetry_sdk_name="opentelemetry",telemetry_sdk_version="2.0.0",process_runtime_name="nodejs",' +
        'process_runtime_version="24.1.0"} 1\n',
    );
  });

  test('is one series for many pods of one version', () => {
    const { seen, lines } = setUp();
    for (let pod = 0; pod < 50; pod++) {
      seen({ ...given, 'service.instance.id': `pod-${pod}`, 'k8s.pod.name': `shop-${pod}` });
    }
    assert.equal(lines().length, 1);
  });

  test('takes the old name of the environment, too', () => {
    const { seen, lines } = setUp();
    seen({ 'service.name': 'shop', 'deployment.environment': 'staging' });
    assert.match(lines()[0]!, /deployment_environment_name="staging"/);
  });

  test('has the name that calls have of a service that gives none', () => {
    const { seen, lines } = setUp();
    seen({ 'service.version': '1' });
    assert.match(lines()[0]!, /^service_name="unknown_service",service_version="1"/);
  });

  test('tells resources apart that differ in nothing else', () => {
    const { seen, lines } = setUp();
    const names = ['service.name', 'service.version', 'deployment.environment.name', ...targetAttributes];
    for (const name of names) seen({ ...given, [name]: 'other' });
    assert.equal(lines().length, targetLabels.length);
  });

  test('expires when nothing comes from it any more, and comes back', () => {
    const { seen, lines, clock } = setUp();
    seen(given);
    seen({ ...given, 'service.version': '1.2.4' });
    clock.advance(10 * minute);
    seen({ ...given, 'service.version': '1.2.4' });
    clock.advance(6 * minute);
    assert.match(lines().join('\n'), /^[^\n]*service_version="1\.2\.4"[^\n]*$/);
    seen(given);
    assert.equal(lines().length, 2);
  });

  test('is within the budget', () => {
    const { seen, lines, clock } = setUp(3);
    for (let version = 0; version < 10; version++) seen({ ...given, 'service.version': String(version) });
    assert.equal(lines().filter((labels) => labels === 'otel_metric_overflow="true"').length, 1);
    assert.equal(lines().length, 4);
    clock.advance(16 * minute);
    lines();
    seen({ ...given, 'service.version': '9' });
    assert.match(lines().join('\n'), /service_version="9"/);
  });
});

test('more resources than are remembered are read all the same', () => {
  const { seen, lines } = setUp(5000);
  for (let round = 0; round < 2; round++) {
    for (let version = 0; version < 1100; version++) seen({ ...given, 'service.version': String(version) });
  }
  assert.equal(lines().length, 1100);
});

test('a service that comes after very many has a number that no other has', () => {
  const resources = new ResourceReader();
  const view = new SpanView();
  const numbers = new Map<number, string>();
  for (let i = 0; i < 3000; i++) {
    const name = `service ${i % 1500}`;
    view.open(new TraceScanner().scan(traceRequestBytes([{ id: 1 }], { 'service.name': name })));
    const { serviceNumber } = resources.read(view);
    assert.ok(serviceNumber >= 0);
    assert.equal(numbers.get(serviceNumber) ?? name, name);
    numbers.set(serviceNumber, name);
  }
});
