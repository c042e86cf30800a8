import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { countDataPoints, countLogRecords } from '../../src/otlp/count-items.ts';
import { requestFromJson } from '../../src/otlp/json/request.ts';
import { MalformedOtlp } from '../../src/otlp/malformed.ts';
import { decode, encode, logsRequest, metricsRequest } from '../support/otlp-reference.ts';
import { messageOf } from '../support/otlp-type-arbitrary.ts';
import { renderRequest } from './json/render.ts';

const seed = 20261123;

/** How many objects stand in lists of this name, anywhere in the value. */
function countIn(value: unknown, list: string): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countIn(item, list), 0);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum + countIn(inner, list) + (key === list && Array.isArray(inner) ? inner.length : 0),
    0,
  );
}

const subjects = [
  { signal: 'logs', type: logsRequest, count: countLogRecords, items: 'logRecords' },
  { signal: 'metrics', type: metricsRequest, count: countDataPoints, items: 'dataPoints' },
] as const;

for (const { signal, type, count, items } of subjects) {
  suite(`a request of ${signal}`, () => {
    test('is counted as a full decode counts it', () => {
      fc.assert(
        fc.property(messageOf(type), (request) => {
          const bytes = encode(type, request);
          assert.equal(count(bytes), countIn(decode(type, bytes), items));
        }),
        { numRuns: 300, seed },
      );
    });

    test('means the same in JSON, however it is written, as in protobuf', () => {
      fc.assert(
        fc.property(messageOf(type), fc.nat(), (request, way) => {
          const expected = decode(type, encode(type, request));
          const json = renderRequest(request, way);
          assert.deepEqual(decode(type, requestFromJson(signal, json)), expected);
        }),
        { numRuns: 300, seed },
      );
    });

    test('that is cut off anywhere is refused, or is whole up to there', () => {
      fc.assert(
        fc.property(messageOf(type), fc.double({ min: 0, max: 1, noNaN: true }), (request, where) => {
          const bytes = encode(type, request);
          const cut = bytes.subarray(0, Math.floor(bytes.length * where));
          assert.equal(
            isTaken(() => count(cut)),
            isTaken(() => decode(type, cut)),
          );
        }),
        { numRuns: 300, seed },
      );
    });

    test('with any byte changed never does worse than to be refused', () => {
      fc.assert(
        fc.property(messageOf(type), fc.nat(), fc.nat(255), (request, at, byte) => {
          const bytes = new Uint8Array(encode(type, request));
          if (bytes.length > 0) bytes[at % bytes.length] = byte;
          isTaken(() => count(bytes));
        }),
        { numRuns: 500, seed },
      );
    });
  });
}

test('numbers of a list are taken packed and one by one', () => {
  const point = (buckets: Buffer): Buffer =>
    wrap(0x0a, wrap(0x12, wrap(0x12, wrap(0x4a, wrap(0x0a, buckets)))));
  const one = Buffer.from([0x31, 1, 0, 0, 0, 0, 0, 0, 0]);
  const packed = Buffer.from([0x32, 16, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(countDataPoints(point(Buffer.concat([one, one]))), 1);
  assert.equal(countDataPoints(point(packed)), 1);
  assert.throws(() => countDataPoints(point(Buffer.from([0x32, 7, 1, 2, 3, 4, 5, 6, 7]))), MalformedOtlp);
  assert.throws(() => countDataPoints(point(Buffer.from([0x30, 7]))), MalformedOtlp);
});

test('nesting without end is refused', () => {
  let value: Buffer = Buffer.alloc(0);
  for (let depth = 0; depth < 500; depth++) value = wrap(0x2a, wrap(0x0a, value));
  assert.throws(() => countLogRecords(wrap(0x0a, wrap(0x12, wrap(0x12, wrap(0x2a, value))))), /nested/);
});

function wrap(tag: number, content: Buffer): Buffer {
  const length: number[] = [];
  let rest = content.length;
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([tag, ...length, rest]), content]);
}

function isTaken(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    assert.ok(error instanceof Error && error.name !== 'TypeError', String(error));
    return false;
  }
}
