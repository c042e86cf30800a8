import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { callsOf } from '../../../bench/payload/calls.ts';
import { shopTraffic } from '../../../bench/payload/shop-traffic.ts';
import { Calls, process as processSpans } from '../../../bench/reference/calls.ts';
import { OtlpCodec } from '../../../bench/reference/otlp.ts';
import { differences } from '../../../bench/verify/differences.ts';
import { exposedCalls } from '../../../bench/verify/exposed-calls.ts';
import { parseExposition } from '../../../bench/verify/exposition.ts';
import { decodeTraceRequest, type TraceRequest } from '../../support/otlp-reference.ts';

const codec = new OtlpCodec(fileURLToPath(new URL('../../support/proto', import.meta.url)));
const spans = shopTraffic({ spans: 400, spansPerSecond: 1000 });
const checks = spans.filter(({ name }) => name === 'GET /healthz').length;

/** What it sends on, and what it counted. */
function passed(isJson: boolean): { request: TraceRequest; metrics: string } {
  const serializer = isJson ? JsonTraceSerializer : ProtobufTraceSerializer;
  const request = codec.decode(Buffer.from(serializer.serializeRequest(spans)!), isJson);
  const calls = new Calls();
  processSpans(request, calls);
  const body = codec.encode(request, isJson);
  const decoded = isJson
    ? (JSON.parse(Buffer.from(body).toString()) as TraceRequest)
    : decodeTraceRequest(body);
  return { request: decoded, metrics: calls.expose() };
}

function withoutChecks(request: TraceRequest): TraceRequest {
  for (const { scopeSpans = [] } of request.resourceSpans ?? [])
    for (const scope of scopeSpans)
      scope.spans = scope.spans?.filter(({ name }) => name !== 'GET /healthz') ?? [];
  return request;
}

suite('the reference does its work', () => {
  test('passes on everything but health checks, in protobuf', () => {
    const original = decodeTraceRequest(ProtobufTraceSerializer.serializeRequest(spans)!);
    assert.ok(checks > 0);
    assert.deepEqual(passed(false).request, withoutChecks(original));
  });

  test('passes on everything but health checks, in JSON', () => {
    const original = JSON.parse(
      Buffer.from(JsonTraceSerializer.serializeRequest(spans)!).toString(),
    ) as TraceRequest;
    assert.deepEqual(passed(true).request, withoutChecks(original));
  });

  for (const isJson of [false, true]) {
    test(`counts every call that is left, in ${isJson ? 'JSON' : 'protobuf'}`, () => {
      const due = {
        calls: callsOf(spans.filter(({ name }) => name !== 'GET /healthz')),
        healthChecks: checks,
      };
      const calls = exposedCalls(parseExposition(passed(isJson).metrics));
      assert.ok(due.calls.length > 10);
      assert.deepEqual(differences({ ...due, refused: 0 }, { calls, dropped: undefined }), []);
    });
  }
});
