import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  decodeExportResponse,
  decodeJsonExportResponse,
  decodeStatusMessage,
} from '../../src/forward/export-response.ts';
import { encode, otlpType } from '../support/otlp-reference.ts';

const seed = 20261125;
const types = [
  ['trace', 'ExportTraceServiceResponse', 'rejectedSpans'],
  ['logs', 'ExportLogsServiceResponse', 'rejectedLogRecords'],
  ['metrics', 'ExportMetricsServiceResponse', 'rejectedDataPoints'],
] as const;

suite('the answer to an export', () => {
  for (const [signal, name, field] of types) {
    const type = otlpType(`opentelemetry.proto.collector.${signal}.v1.${name}`);

    test(`is read as the official ${name} says`, () => {
      const check = (rejected: number, errorMessage: string): void => {
        const body = encode(type, { partialSuccess: { [field]: rejected, errorMessage } });
        assert.deepEqual(decodeExportResponse(body), { rejected, message: errorMessage });
      };
      const text = fc.string({ unit: 'grapheme', maxLength: 60 });
      fc.assert(fc.property(fc.nat(2 ** 31 - 1), text, check), { seed, numRuns: 200 });
    });

    test(`rejects nothing where ${name} has a negative number`, () => {
      const body = encode(type, { partialSuccess: { [field]: -5 } });
      assert.equal(decodeExportResponse(body)?.rejected, 0);
    });
  }

  test('says that nothing was rejected when it is empty', () => {
    assert.deepEqual(decodeExportResponse(new Uint8Array(0)), { rejected: 0, message: '' });
  });

  test('never throws, whatever it is made of', () => {
    const check = (body: Uint8Array): void => {
      const response = decodeExportResponse(body);
      assert.ok(response === undefined || response.rejected >= 0);
      decodeStatusMessage(body);
      decodeJsonExportResponse(body);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), check), { seed, numRuns: 2000 });
  });

  const json: [text: string, response: ReturnType<typeof decodeJsonExportResponse>][] = [
    ['{}', { rejected: 0, message: '' }],
    ['{"partialSuccess":{}}', { rejected: 0, message: '' }],
    ['{"partialSuccess":null}', { rejected: 0, message: '' }],
    ['{"partialSuccess":{"rejectedSpans":"3","errorMessage":"old"}}', { rejected: 3, message: 'old' }],
    ['{"partialSuccess":{"rejectedLogRecords":3.5}}', { rejected: 3, message: '' }],
    ['{"partialSuccess":{"rejectedDataPoints":-3,"errorMessage":{}}}', { rejected: 0, message: '' }],
    ['{"partialSuccess":{"rejectedSpans":"many"}}', { rejected: 0, message: '' }],
    ['null', undefined],
    ['"ok"', undefined],
    ['<html>', undefined],
  ];
  for (const [text, response] of json) {
    test(`is read in JSON: ${text}`, () => {
      assert.deepEqual(decodeJsonExportResponse(Buffer.from(text)), response);
    });
  }
});
