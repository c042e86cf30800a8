import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { idBytes, type SpanSpec, span, traceRequestBytes } from '../support/otlp-builders.ts';
import { encodeTraceRequest } from '../support/otlp-reference.ts';

const seed = 20261129;

/** Indexes of the spans that have one of the names. */
function tasksIn(...spans: SpanSpec[]): readonly number[] {
  return new TraceScanner().scan(traceRequestBytes(spans)).tasks;
}

/** A field of a message: its tag, length and content. */
function field(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A request with one span that has this KeyValue, as its bytes are. */
function requestWith(keyValue: Uint8Array): Buffer {
  const ids = [field(0x0a, idBytes(1, 16)), field(0x12, idBytes(1, 8))];
  const one = Buffer.concat([...ids, field(0x4a, keyValue), field(0x2a, Buffer.from('name'))]);
  return field(0x0a, field(0x12, field(0x12, one)));
}

const key = (name: string): Buffer => field(0x0a, Buffer.from(name));
const value = (length: number): Buffer => field(0x12, field(0x0a, Buffer.alloc(length, 'x')));

function reportsIn(...spans: SpanSpec[]): readonly number[] {
  return new TraceScanner().scan(traceRequestBytes(spans)).reports;
}

suite('spans of jobs and tasks', () => {
  test('are found by the key, wherever it stands among the others', () => {
    const others = { 'url.path': '/a', 'job.id': 7, 'db.system': 'pg', 'job.names': 'x', 'task.nam': 'x' };
    assert.deepEqual(
      tasksIn(
        { id: 1, attributes: others },
        { id: 2, attributes: { ...others, 'job.name': 'nightly' } },
        { id: 3, attributes: { 'task.name': 'mail', ...others } },
        { id: 4 },
        { id: 5, attributes: { 'job.name': 'x', 'task.name': 'y' } },
      ),
      [1, 2, 4],
    );
  });

  test('are found only among spans that are taken', () => {
    const attributes = { 'job.name': 'nightly' };
    const refused = { ...span({ id: 1, attributes }), spanId: Buffer.alloc(8) };
    const spans = [refused, span({ id: 2 }), span({ id: 3, attributes })];
    const { tasks } = new TraceScanner().scan(
      encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
    );
    assert.deepEqual(tasks, [1]);
  });

  test('are those of the last request only', () => {
    const scanner = new TraceScanner();
    scanner.scan(traceRequestBytes([{ id: 1, attributes: { 'job.name': 'a' } }]));
    assert.deepEqual(scanner.scan(traceRequestBytes([{ id: 1 }])).tasks, []);
  });

  test('are found whatever the lengths and the order of the fields', () => {
    const names = fc.constantFrom(
      'job.name',
      'task.name',
      'job.nam',
      'jobs.name',
      'url.path',
      '',
      'j',
      'tls.name',
    );
    const lengths = fc.constantFrom(0, 1, 100, 113, 114, 115, 127, 128, 16_360, 16_400, 163_840);
    const parts = fc.record({ name: names, length: lengths, isKeyFirst: fc.boolean() });
    fc.assert(
      fc.property(parts, ({ name, length, isKeyFirst }) => {
        const fields = isKeyFirst ? [key(name), value(length)] : [value(length), key(name)];
        const { tasks } = new TraceScanner().scan(requestWith(Buffer.concat(fields)));
        assert.deepEqual(tasks, name === 'job.name' || name === 'task.name' ? [0] : []);
      }),
      { seed, numRuns: 400 },
    );
  });

  test('are not looked for past the end of an attribute', () => {
    const scanner = new TraceScanner();
    for (const cut of [Buffer.alloc(0), key('job.name'), value(3), Buffer.from([0x0a, 0x00])])
      assert.deepEqual(scanner.scan(requestWith(cut)).tasks, cut.equals(key('job.name')) ? [0] : []);
  });
});

suite('spans that tell of breakers and retries', () => {
  const marked: [attributes: Record<string, string | number | boolean>, isReport: boolean][] = [
    [{ 'circuit_breaker.name': 'payments', 'circuit_breaker.outcome': 'rejected' }, true],
    [{ 'circuit_breaker.name': 'payments' }, false],
    [{ 'http.request.resend_count': 1 }, true],
    [{ 'http.request.resend_count': 300 }, true],
    [{ 'http.request.resend_count': 0 }, false],
    [{ 'http.response.status_code': 1 }, false],
    [{ 'retry.count': '2' }, true],
    [{ 'retry.count': '0' }, false],
    [{ 'retry.count': '00' }, true],
    [{ 'retry.attempt': 1 }, true],
    [{ 'retry.attempt': 0 }, false],
    [{ 'previous-rpc-attempts': 0 }, false],
    [{ 'previous-rpc-attempts': 3 }, true],
    [{ response_flags: '-' }, false],
    [{ response_flags: '' }, false],
    [{ response_flags: 'UO' }, true],
    [{ response_flags: 'UF,URX' }, true],
  ];
  for (const [attributes, isReport] of marked) {
    test(`are found by ${JSON.stringify(attributes)}${isReport ? '' : ', not'}`, () => {
      const others = { 'url.path': '/a', 'rpc.service': 'x', 'client.address': 'y' };
      const found = reportsIn(
        { id: 1, attributes: others },
        { id: 2, attributes: { ...others, ...attributes } },
      );
      assert.deepEqual(found, isReport ? [1] : []);
    });
  }

  test('are found by an event among others', () => {
    const event = (name: string) => ({
      ...span({ id: 1 }),
      events: [{ name: 'x' }, { name }, { name: 'y' }],
    });
    const spans = [event('circuit_breaker.state_change'), event('circuit_breaker.state_changed')];
    const batch = new TraceScanner().scan(
      encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
    );
    assert.deepEqual(batch.reports, [0]);
  });

  test('are found whatever the lengths and the order of the fields', () => {
    const names = ['circuit_breaker.outcome', 'http.request.resend_count', 'retry.count', 'retry.attempt'];
    for (const name of [...names, 'previous-rpc-attempts', 'response_flags'])
      for (const fields of [
        [key(name), value(300)],
        [value(2), key(name)],
      ])
        assert.deepEqual(new TraceScanner().scan(requestWith(Buffer.concat(fields))).reports, [0], name);
  });

  test('may be of jobs as well', () => {
    const spans = traceRequestBytes([{ id: 1, attributes: { 'job.name': 'a', 'retry.attempt': 1 } }]);
    const { tasks, reports } = new TraceScanner().scan(spans);
    assert.deepEqual([tasks, reports], [[0], [0]]);
  });
});
