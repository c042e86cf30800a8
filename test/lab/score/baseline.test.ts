import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { requestFromJson } from '../../../src/otlp/json/request.ts';
import { baseline } from './baseline.ts';

interface Made {
  id: number;
  parent?: number;
  url?: string;
  status: number;
  start: number;
  end: number;
}

function request(calls: readonly Made[]): Uint8Array {
  const spans = calls.map(({ id, parent = 99, url = 'http://a/x', status, start, end }) => ({
    traceId: '1'.padStart(32, '0'),
    spanId: String(id).padStart(16, '0'),
    parentSpanId: String(parent).padStart(16, '0'),
    kind: 3,
    startTimeUnixNano: String(start * 1e6),
    endTimeUnixNano: String(end * 1e6),
    attributes: [
      { key: 'url.full', value: { stringValue: url } },
      { key: 'server.address', value: { stringValue: 'a' } },
      { key: 'http.response.status_code', value: { intValue: status } },
    ],
  }));
  const json = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  return requestFromJson('traces', Buffer.from(json));
}

function linked(...calls: Made[]): string[] {
  const requests = [{ body: request(calls), at: 0 }];
  const { links } = baseline.infer(requests, { consecutiveFailures: 2, openMillis: 10 });
  return links.map(({ from, to }) => `${Number(from.spanId)}>${Number(to.spanId)}`);
}

suite('the baseline', () => {
  test('links what failed to what comes after it', () => {
    assert.deepEqual(
      linked(
        { id: 1, status: 503, start: 0, end: 10 },
        { id: 2, status: 503, start: 20, end: 30 },
        { id: 3, status: 200, start: 40, end: 50 },
        { id: 4, status: 200, start: 60, end: 70 },
      ),
      ['1>2', '2>3'],
    );
  });

  test('links nothing of another URL or parent, and nothing that overlaps', () => {
    const failed = { id: 1, status: 503, start: 0, end: 30 };
    assert.deepEqual(linked(failed, { id: 2, status: 200, start: 40, end: 50, url: 'http://a/y' }), []);
    assert.deepEqual(linked(failed, { id: 2, status: 200, start: 40, end: 50, parent: 98 }), []);
    assert.deepEqual(linked(failed, { id: 2, status: 200, start: 20, end: 50 }), []);
  });

  test('tells how a breaker would have fared', () => {
    const calls = [0, 10, 20].map((start, id) => ({ id, status: 503, start, end: start + 5 }));
    const { transitions } = baseline.infer([{ body: request(calls), at: 0 }], {
      consecutiveFailures: 2,
      openMillis: 5,
    });
    assert.deepEqual(
      transitions.map(({ dependency, at, to }) => [dependency, at, to]),
      [
        ['a:', 15, 'open'],
        ['a:', 20, 'half_open'],
        ['a:', 25, 'open'],
      ],
    );
  });
});
