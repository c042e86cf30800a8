import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseMatcher } from '../../src/match/parse.ts';
import { NoiseAudit } from '../../src/noise/audit.ts';
import { noiseOptions, noiseSchema } from '../../src/noise/config.ts';
import { Noise } from '../../src/noise/noise.ts';
import { builtInRules } from '../../src/noise/rule.ts';
import { SpanView } from '../../src/otlp/span-view.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { kind, type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';
import { redactSchema } from '../../src/redact/config.ts';
import { Redactor } from '../../src/redact/redactor.ts';
import { TestClock } from '../support/test-clock.ts';

const all = { builtIn: new Set(builtInRules), drop: [] };

function viewOf(spec: Partial<SpanSpec>, resource: Record<string, string> = {}): SpanView {
  const view = new SpanView();
  const bytes = traceRequestBytes([{ id: 1, kind: kind.server, ...spec }], {
    'service.name': 'shop',
    ...resource,
  });
  view.open(new TraceScanner().scan(bytes));
  return view.moveTo(0);
}

const agent = (name: string, more: Record<string, string> = {}) => ({
  'http.request.method': 'GET',
  'user_agent.original': name,
  ...more,
});

suite('the built-in rules take for noise', () => {
  const noise = new Noise(all);
  const table: [name: string, spec: Partial<SpanSpec>, rule: string][] = [
    ['a route of a health check', { name: 'GET /healthz' }, 'health-checks'],
    ['a path of a health check', { name: 'GET', attributes: { 'url.path': '/livez' } }, 'health-checks'],
    [
      'Kubernetes, whatever it asks for',
      { name: 'GET /', attributes: agent('kube-probe/1.33') },
      'health-checks',
    ],
    [
      'Google’s balancer',
      { name: 'GET', attributes: agent('GoogleHC/1.0', { 'url.path': '/' }) },
      'health-checks',
    ],
    ['AWS’ balancer', { name: 'GET /index', attributes: agent('ELB-HealthChecker/2.0') }, 'health-checks'],
    [
      'Consul, by the older attribute',
      { name: 'GET /x', attributes: { 'http.user_agent': 'Consul Health Check' } },
      'health-checks',
    ],
    ['a gRPC health check', { name: 'grpc.health.v1.Health/Check' }, 'grpc-health'],
    ['one that is named with a slash', { name: '/grpc.health.v1.Health/Watch' }, 'grpc-health'],
    [
      'one that is named by its method',
      { name: 'Check', attributes: { 'rpc.service': 'grpc.health.v1.Health' } },
      'grpc-health',
    ],
    ['a scrape', { name: 'GET /metrics' }, 'metrics-scrapes'],
    ['a scrape of Spring', { name: 'GET /actuator/prometheus' }, 'metrics-scrapes'],
    [
      'a scrape without a route',
      { name: 'GET', attributes: { 'url.path': '/metrics?x=1', 'http.request.method': 'GET' } },
      'metrics-scrapes',
    ],
    [
      'Prometheus at another place',
      { name: 'GET /internal/metrics', attributes: agent('Prometheus/3.4.0') },
      'metrics-scrapes',
    ],
  ];
  for (const [name, spec, rule] of table) {
    test(name, () => assert.equal(noise.judge(viewOf(spec), 'shop'), rule));
  }
});

suite('the built-in rules leave', () => {
  const noise = new Noise(all);
  const table: [name: string, spec: Partial<SpanSpec>][] = [
    ['an order', { name: 'POST /order' }],
    ['a page', { name: 'GET /cart/:id', attributes: agent('Mozilla/5.0') }],
    ['an app’s own metrics', { name: 'GET /projects/:id/metrics', attributes: agent('Mozilla/5.0') }],
    [
      'an app’s own metrics, without a route',
      { name: 'GET', attributes: agent('curl/8', { 'url.path': '/v1/metrics' }) },
    ],
    ['what writes to /metrics', { name: 'POST /metrics' }],
    ['what a probe writes', { name: 'POST /jobs', attributes: agent('kube-probe/1.33') }],
    ['somebody who only sounds like a probe', { name: 'GET /x', attributes: agent('my kube-probe/1') }],
    ['a call to somebody else’s health check', { name: 'GET /healthz', kind: kind.client }],
    ['a call to somebody else’s gRPC health', { name: 'grpc.health.v1.Health/Check', kind: kind.client }],
    ['a method that is named Check', { name: 'Check', attributes: { 'rpc.service': 'acme.Billing' } }],
    ['a job', { name: 'GET /metrics', kind: kind.internal }],
    [
      'Prometheus that asks for something else',
      { name: 'GET /orders', attributes: agent('Prometheus/3.4.0') },
    ],
  ];
  for (const [name, spec] of table) {
    test(name, () => assert.equal(noise.judge(viewOf(spec), 'shop'), undefined));
  }

  test('the same name again as it was judged first, whoever asks', () => {
    const name = 'GET /page';
    for (let i = 0; i < 3; i++) {
      assert.equal(noise.judge(viewOf({ name, attributes: agent('kube-probe/1') }), 'shop'), 'health-checks');
      assert.equal(noise.judge(viewOf({ name, attributes: agent('Mozilla') }), 'shop'), undefined);
    }
  });
});

suite('a rule of the user', () => {
  const noiseOf = (...where: string[]): Noise =>
    new Noise({ ...all, drop: [{ name: 'mine', where: where.map(parseMatcher) }] });

  const table: [where: string[], spec: Partial<SpanSpec>, drops: boolean][] = [
    [['url.path=~"/static/.*"'], { attributes: { 'url.path': '/static/a.js' } }, true],
    [['url.path=~"/static/.*"'], { attributes: { 'url.path': '/a/static/a.js' } }, false],
    [
      ['url.path=~"/static/.*"', 'duration<10ms'],
      { attributes: { 'url.path': '/static/a' }, durationMillis: 9 },
      true,
    ],
    [
      ['url.path=~"/static/.*"', 'duration<10ms'],
      { attributes: { 'url.path': '/static/a' }, durationMillis: 11 },
      false,
    ],
    [['service="shop"', 'kind="server"'], {}, true],
    [['service="other"'], {}, false],
    [['kind="internal"', 'name=~"tick.*"'], { kind: kind.internal, name: 'tick 5' }, true],
    [['status="error"'], { failed: true }, true],
    [['status!="error"'], {}, true],
    [['http.response.status_code<400'], { attributes: { 'http.response.status_code': 304 } }, true],
    [['k8s.namespace.name="dev"'], {}, true],
    [['nothing!=""'], {}, false],
  ];
  for (const [where, spec, drops] of table) {
    test(`${where.join(', ')}: ${JSON.stringify(spec)}`, () => {
      const view = viewOf(spec, { 'k8s.namespace.name': 'dev' });
      assert.equal(noiseOf(...where).judge(view, 'shop'), drops ? 'mine' : undefined);
    });
  }

  test('is asked before those that are built in', () => {
    assert.equal(noiseOf('service="shop"').judge(viewOf({ name: 'GET /healthz' }), 'shop'), 'mine');
  });

  test('can be given and taken away while it runs', () => {
    const noise = new Noise(all);
    const view = viewOf({ name: 'GET /x' });
    assert.equal(noise.judge(view, 'shop'), undefined);
    noise.configure({ builtIn: new Set(), drop: [{ name: 'mine', where: [parseMatcher('name="GET /x"')] }] });
    assert.equal(noise.judge(view, 'shop'), 'mine');
    assert.equal(noise.judge(viewOf({ name: 'GET /healthz' }), 'shop'), undefined);
    noise.configure(all);
    assert.equal(noise.judge(view, 'shop'), undefined);
  });
});

suite('the configuration of noise', () => {
  const names = (given: object): readonly string[] => new Noise(noiseOptions(noiseSchema.parse(given))).names;

  test('asks the built-in rules unless they are switched off, together or by name', () => {
    assert.deepEqual(names({}), ['health-checks', 'grpc-health', 'metrics-scrapes']);
    assert.deepEqual(names({ off: ['grpc-health'] }), ['health-checks', 'metrics-scrapes']);
    assert.deepEqual(names({ health_checks: false }), []);
  });

  const where = ['service="x"'];
  const refused: [name: string, given: object, message: RegExp][] = [
    [
      'two rules of one name',
      {
        drop: [
          { name: 'a', where },
          { name: 'a', where },
        ],
      },
      /a rule before has this name/,
    ],
    ['the name of a built-in rule', { drop: [{ name: 'health-checks', where }] }, /built-in rule/],
    ['a name that could not be a label', { drop: [{ name: 'a b', where }] }, /not a name/],
    ['no matcher: it would drop everything', { drop: [{ name: 'a', where: [] }] }, /at least one/],
    ['a matcher that is none', { drop: [{ name: 'a', where: ['service'] }] }, /one of the operators/],
    ['a built-in rule that is not there', { off: ['probes'] }, /health-checks/],
  ];
  for (const [name, given, message] of refused) {
    test(`refuses ${name}`, () => assert.throws(() => noiseSchema.parse(given), message));
  }
});

/** Of a request of its own. */
function sampleOne(audit: NoiseAudit, ...sampled: Parameters<NoiseAudit['sample']>): void {
  audit.begin();
  audit.sample(...sampled);
}

suite('the audit', () => {
  test('shows one of those in a request that have the same name, kind and resource', () => {
    const audit = new NoiseAudit(new TestClock());
    const specs = ['/a', '/b', '/a', '/a', '/b', '/c'].map((name, id) => ({ id: id + 1, name }));
    const view = new SpanView();
    const names = () =>
      audit
        .report([])
        .at(-1)!
        .samples.map(({ name }) => name);
    for (const round of [1, 2]) {
      const batch = new TraceScanner().scan(traceRequestBytes(specs));
      view.open(batch);
      audit.begin();
      for (const index of specs.keys()) audit.sample('mine', view.moveTo(index), 'shop');
      assert.deepEqual(names(), ['/c', '/b', '/a'], `round ${round}`);
    }
  });

  test('knows what each rule dropped, and shows the last few that differ', () => {
    const clock = new TestClock();
    const audit = new NoiseAudit(clock);
    for (let i = 0; i < 20; i++) {
      clock.advance(1_000);
      sampleOne(audit, 'health-checks', viewOf({ name: `GET /${i % 7}/healthz` }), 'shop');
      audit.dropped('health-checks', 3, 200);
    }
    const [report] = audit.report(builtInRules);
    assert.partialDeepStrictEqual(report, {
      rule: 'health-checks',
      builtIn: true,
      enabled: true,
      spans: 60,
      bytes: 4_000,
      lastDroppedAt: clock.now(),
    });
    assert.deepEqual(
      report?.samples.map(({ name }) => name),
      [5, 4, 3, 2, 1].map((i) => `GET /${i}/healthz`),
    );
    assert.deepEqual(report?.samples[0], {
      service: 'shop',
      name: 'GET /5/healthz',
      kind: 'server',
      at: clock.now(),
    });
  });

  test('shows rules that dropped nothing, and those that are not asked any more', () => {
    const audit = new NoiseAudit(new TestClock());
    audit.dropped('mine', 1, 1);
    const seen = audit
      .report(['health-checks'])
      .map(({ rule, builtIn, enabled, spans }) => [rule, builtIn, enabled, spans]);
    assert.deepEqual(seen, [
      ['health-checks', true, true, 0],
      ['grpc-health', true, false, 0],
      ['metrics-scrapes', true, false, 0],
      ['mine', false, false, 1],
    ]);
  });

  test('keeps names short', () => {
    const audit = new NoiseAudit(new TestClock());
    sampleOne(audit, 'mine', viewOf({ name: 'x'.repeat(10_000) }), 's'.repeat(10_000));
    const sample = audit.report([]).at(-1)?.samples[0];
    assert.ok(sample!.name.length <= 200 && sample!.service.length <= 200);
  });

  test('shows no secret of a name, nor a part of one that is cut', () => {
    const audit = new NoiseAudit(new TestClock());
    for (const length of [0, 170, 190]) {
      const name = `GET /${'a'.repeat(length)}?x=1 https://shop:hunter2passphrase@db.example`;
      sampleOne(audit, 'mine', viewOf({ name }), 'shop');
    }
    const names = audit
      .report([])
      .at(-1)!
      .samples.map((sample) => sample.name);
    assert.equal(names.length, 3);
    for (const name of names) assert.doesNotMatch(name, /hunt|phrase/);
  });

  test('takes out what the user says is secret, from when it is said', () => {
    let redaction = new Redactor(redactSchema.parse({}));
    const audit = new NoiseAudit(new TestClock(), () => redaction);
    sampleOne(audit, 'mine', viewOf({ name: 'GET /healthz/CUST-123456' }), 'shop');
    const shown = (): string => audit.report([]).at(-1)!.samples[0]!.name;
    assert.equal(shown(), 'GET /healthz/CUST-123456');
    redaction = new Redactor(redactSchema.parse({ patterns: ['CUST-[0-9]{6}'] }));
    assert.equal(shown(), 'GET /healthz/<redacted>');
  });
});
