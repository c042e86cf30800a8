import assert from 'node:assert/strict';
import { test } from 'node:test';
import { casesOf, plan } from '../../../bench/measure/plan.ts';

test('subjects take turns within a case, and idle is measured with one compression only', () => {
  const steps = plan({
    rounds: 2,
    loads: [0, 'saturated'],
    transports: ['http'],
    encodings: ['protobuf'],
    compressions: ['none', 'gzip'],
    subjects: ['tocsin', 'reference'],
  });
  assert.deepEqual(
    steps.map(({ subject, case: one, round }) => `${subject} ${one.load} ${one.compression} ${round}`),
    [
      'tocsin 0 none 1',
      'reference 0 none 1',
      'tocsin 0 none 2',
      'reference 0 none 2',
      'tocsin saturated none 1',
      'reference saturated none 1',
      'tocsin saturated none 2',
      'reference saturated none 2',
      'tocsin saturated gzip 1',
      'reference saturated gzip 1',
      'tocsin saturated gzip 2',
      'reference saturated gzip 2',
    ],
  );
});

test('beside protobuf JSON is measured where it is saturated, and by itself at every load', () => {
  const loads = [1000, 'storm'] as const;
  const texts = (encodings: readonly ('protobuf' | 'json')[]): string[] =>
    casesOf({ loads, transports: ['http'], encodings, compressions: ['none'] }).map(
      ({ load, encoding }) => `${load} ${encoding}`,
    );
  assert.deepEqual(texts(['protobuf', 'json']), ['1000 protobuf', 'storm protobuf', 'storm json']);
  assert.deepEqual(texts(['json']), ['1000 json', 'storm json']);
});

test('over gRPC there is protobuf alone, and no reference', () => {
  const steps = plan({
    rounds: 1,
    loads: [0, 1000, 'saturated'],
    transports: ['http', 'grpc'],
    encodings: ['protobuf', 'json'],
    compressions: ['none', 'gzip'],
    subjects: ['tocsin', 'otelcol', 'reference'],
  });
  const texts = steps
    .filter(({ case: one }) => one.transport === 'grpc')
    .map(({ subject, case: one }) => `${subject} ${one.load} ${one.encoding} ${one.compression}`);
  assert.deepEqual(texts, [
    'tocsin 1000 protobuf none',
    'otelcol 1000 protobuf none',
    'tocsin saturated protobuf none',
    'otelcol saturated protobuf none',
    'tocsin 1000 protobuf gzip',
    'otelcol 1000 protobuf gzip',
    'tocsin saturated protobuf gzip',
    'otelcol saturated protobuf gzip',
  ]);
  assert.equal(steps.filter(({ case: one }) => one.load === 0).length, 3, 'idle is measured once');
});
