import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SpanView } from '../../src/otlp/span-view.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { type ResourceFacts, ResourceReader } from '../../src/pipeline/resource-facts.ts';
import { redactSchema } from '../../src/redact/config.ts';
import { Redactor } from '../../src/redact/redactor.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';

const redactor = (given: Parameters<typeof redactSchema.parse>[0] = {}): Redactor =>
  new Redactor(redactSchema.parse(given));

function setUp() {
  const state = { redaction: redactor(), heard: [] as ResourceFacts[] };
  const reader = new ResourceReader({
    onNew: (facts) => state.heard.push(facts),
    redaction: () => state.redaction,
  });
  const read = (resource: Record<string, string>): ResourceFacts => {
    const view = new SpanView();
    view.open(new TraceScanner().scan(traceRequestBytes([{ id: 1 }], resource)));
    return reader.read(view.moveTo(0));
  };
  return { state, read };
}

const resource = {
  'service.name': 'payments',
  'service.version': '1.4.2',
  'deployment.environment': 'production',
  'service.instance.id': 'a1',
  'host.name': 'node-1',
  'service.namespace': 'shop',
};

suite('what is read of a resource', () => {
  test('is as the app says it', () => {
    const { service, version, environment, instance, pod, target } = setUp().read(resource);
    assert.deepEqual(
      [service, version, environment, instance, pod],
      ['payments', '1.4.2', 'production', 'a1', 'node-1'],
    );
    assert.deepEqual(target, ['payments', '1.4.2', 'production', 'shop', '', '', '', '', '']);
  });

  test('has no secret in it, and two services stay two', () => {
    const { read } = setUp();
    const named = (secret: string) => read({ ...resource, 'service.name': `shop token=${secret}` });
    const [one, other] = [named('hunter2x'), named('hunter3y')];
    assert.match(one.service, /^shop token=<redacted>#[0-9a-f]{8}$/);
    assert.match(other.service, /^shop token=<redacted>#[0-9a-f]{8}$/);
    assert.notEqual(one.service, other.service);
    assert.notEqual(one.identity, other.identity);
    assert.equal(named('hunter2x'), one);
    // In every process.
    assert.equal(setUp().read({ 'service.name': 'shop token=hunter2x' }).service, one.service);
  });

  test('is read anew when something else is secret', () => {
    const { state, read } = setUp();
    const before = read(resource);
    assert.equal(read(resource), before);
    state.redaction = redactor({ patterns: ['pay[a-z]+'], attributes: ['host.*'] });
    const after = read(resource);
    assert.match(after.service, /^<redacted>#/);
    assert.match(after.pod, /^<redacted>#/);
    // What hangs together does so all the same.
    assert.equal(after.identity, before.identity);
    assert.equal(read(resource), after);
    assert.equal(state.heard.length, 2);
  });

  test('is redacted once, and not for every request', () => {
    const { state, read } = setUp();
    const { redaction } = state;
    let redacted = 0;
    state.redaction = Object.assign(Object.create(redaction) as Redactor, {
      name: (...given: Parameters<Redactor['name']>) => {
        redacted++;
        return redaction.name(...given);
      },
    });
    read(resource);
    const once = redacted;
    for (let i = 0; i < 100; i++) read(resource);
    assert.ok(once > 0);
    assert.equal(redacted, once);
  });
});
