import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { shopTraffic } from '../../../bench/payload/shop-traffic.ts';
import { countSpans } from '../../../bench/sink/count-spans.ts';
import { encodeTraceRequest } from '../../support/otlp-reference.ts';

suite('counting spans without decoding', () => {
  const spans = shopTraffic({ spans: 300, spansPerSecond: 1000 });

  test('finds those of the SDK, in protobuf and in JSON', () => {
    const protobuf = Buffer.from(ProtobufTraceSerializer.serializeRequest(spans)!);
    const json = Buffer.from(JsonTraceSerializer.serializeRequest(spans)!);
    assert.equal(countSpans(protobuf, false), spans.length);
    assert.equal(countSpans(json, true), spans.length);
  });

  test('looks into every resource and scope, and past fields of every wire type', () => {
    const span = {
      name: 'x',
      flags: 0x101,
      startTimeUnixNano: '1767323045000000000',
      droppedEventsCount: 300,
      attributes: [{ key: 'text', value: { stringValue: 'a'.repeat(300) } }],
      links: [{ traceId: Buffer.alloc(16), spanId: Buffer.alloc(8) }],
    };
    const scopes = [
      { scope: { name: 'a' }, spans: [span, span] },
      { scope: { name: 'b' } },
      { spans: [span] },
    ];
    const request = {
      resourceSpans: [{ scopeSpans: scopes, schemaUrl: 'https://x' }, {}, { scopeSpans: scopes }],
    };
    assert.equal(countSpans(Buffer.from(encodeTraceRequest(request)), false), 6);
  });

  test('finds none in an empty request', () => {
    assert.equal(countSpans(Buffer.alloc(0), false), 0);
    assert.equal(countSpans(Buffer.from('{"resourceSpans":[]}'), true), 0);
  });
});
