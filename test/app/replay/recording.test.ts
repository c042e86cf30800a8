import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readRecording } from '../../../src/app/replay/recording.ts';
import { requestToJson } from '../../../src/otlp/json/request.ts';
import { traceRequestBytes } from '../../support/otlp-builders.ts';
import { encode, logsRequest, metricsRequest } from '../../support/otlp-reference.ts';

const traces = traceRequestBytes([{ id: 1, name: 'a' }]);
const logs = Buffer.from(
  encode(logsRequest, {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: '5', severityText: 'x' }] }] }],
  }),
);
const metrics = Buffer.from(
  encode(metricsRequest, {
    resourceMetrics: [
      {
        scopeMetrics: [{ metrics: [{ name: 'm', description: 'd', gauge: { dataPoints: [{ asInt: 1 }] } }] }],
      },
    ],
  }),
);
const three = [
  { signal: 'traces', body: traces },
  { signal: 'logs', body: logs },
  { signal: 'metrics', body: metrics },
] as const;
const lines = three.map(({ signal, body }) => requestToJson(signal, body));

function read(recording: string | Buffer) {
  return readRecording(Buffer.from(recording)).map(({ signal, body }) => ({
    signal,
    body: Buffer.from(body),
  }));
}

suite('a recording', () => {
  test('of lines of JSON is read in its order', () => assert.deepEqual(read(lines.join('\n')), three));

  test('may have empty lines, Windows line ends and a byte order mark', () => {
    assert.deepEqual(read(`\ufeff${lines.join('\r\n\r\n')}\r\n`), three);
  });

  test('of one request over many lines is read', () => {
    assert.deepEqual(read(JSON.stringify(JSON.parse(lines[0]!), null, 2)), [three[0]]);
  });

  test('of several signals in one document is read as several requests', () => {
    const both = JSON.stringify({
      ...(JSON.parse(lines[0]!) as object),
      ...(JSON.parse(lines[1]!) as object),
    });
    assert.deepEqual(read(both), [three[0], three[1]]);
  });

  for (const request of three) {
    test(`of one request of ${request.signal} in protobuf is known for what it is`, () => {
      assert.deepEqual(read(request.body), [request]);
    });
  }

  test('of requests in protobuf with their lengths is read', () => {
    const framed = three.flatMap(({ body }) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      return [length, body];
    });
    assert.deepEqual(read(Buffer.concat(framed)), three);
  });

  test('may be compressed', () => assert.deepEqual(read(gzipSync(lines.join('\n'))), three));

  test('may be empty', () => {
    assert.deepEqual(read(''), []);
    assert.deepEqual(read(' \n'), []);
  });

  const refused: [name: string, recording: string | Buffer, message: RegExp][] = [
    ['a line that is broken', `${lines[0]}\n{"resourceSpans":[}`, /^line 2: /],
    ['a line that is about something else', `${lines[0]}\n\n{"a":1}`, /^line 3: no resourceSpans/],
    ['JSON that is about something else', '{"a": 1}', /no resourceSpans/],
    ['text', 'hello', /byte 0: neither OTLP/],
    ['protobuf that is cut off', traces.subarray(0, -3), /byte 0: neither/],
    ['gzip that is cut off', gzipSync(lines[0]!).subarray(0, -9), /not valid gzip/],
  ];
  for (const [name, recording, message] of refused) {
    test(`is refused when it is ${name}`, () =>
      assert.throws(() => read(recording), { name: 'RecordingInvalid', message }));
  }

  test('is never worse than refused', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom('', '{', '\u001f\u008b'),
        (bytes, start) => {
          try {
            read(Buffer.concat([Buffer.from(start, 'latin1'), bytes]));
          } catch (error) {
            assert.equal((error as Error).name, 'RecordingInvalid');
          }
        },
      ),
      { numRuns: 1000, seed: 9 },
    );
  });
});
