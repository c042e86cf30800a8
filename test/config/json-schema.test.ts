import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { schemaFile } from '../../src/app/configuration/documentation.ts';
import { editorSchema } from '../../src/config/json-schema.ts';
import {
  byteSize,
  byteSizeOrAuto,
  duration,
  httpUrl,
  listenAddress,
  secret,
  secretUrl,
} from '../../src/config/scalars.ts';
import { mistakes } from './json-schema-validator.ts';
import { lines, load, loadWhole } from './support.ts';

const schema: unknown = JSON.parse(schemaFile());

suite('an editor marks', () => {
  const table: [text: string, told: string[]][] = [
    ['version: 2', ['.version: anyOf']],
    ['frobnicate: 1', ['.frobnicate: additionalProperties']],
    ['intake: {max_bdoy: 1MiB}', ['.intake.max_bdoy: additionalProperties']],
    ['intake: {max_body: 64}', ['.intake.max_body: anyOf']],
    ['intake: {max_body: 64 MiB}', ['.intake.max_body: anyOf']],
    ['intake: 5', ['.intake: type']],
    ['metrics: {listen: localhost}', ['.metrics.listen: anyOf']],
    ['metrics: {max_series: 99}', ['.metrics.max_series: anyOf']],
    ['metrics: {max_series: many}', ['.metrics.max_series: anyOf']],
    ['metrics: {duration_unit: h}', ['.metrics.duration_unit: anyOf']],
    ['metrics: {buckets: []}', ['.metrics.buckets: minItems']],
    ['metrics: {buckets: [1, x]}', ['.metrics.buckets[1]: anyOf']],
    ['noise: {health_checks: maybe}', ['.noise.health_checks: anyOf']],
    ['alerts: {receivers: [{slack: {}}]}', ['.alerts.receivers[0]: required']],
    ['alerts: {receivers: [{name: a, slack: 5}]}', ['.alerts.receivers[0].slack: type']],
    ['alerts: {receivers: [{name: a b, slack: {}}]}', ['.alerts.receivers[0].name: anyOf']],
    ['alerts: {route: {receiver: [a]}}', ['.alerts.route: anyOf']],
    ['alerts: {route: {receiver: a, routes: [{routes: [{mathcers: []}]}]}}', ['.alerts.route: anyOf']],
    ['alerts: {time_intervals: [{time_intervals: []}]}', ['.alerts.time_intervals[0]: required']],
  ];
  for (const [text, told] of table) {
    test(text, () => {
      assert.deepEqual(mistakes(schema, parse(text)), told);
      assert.notDeepEqual(lines(loadWhole(text)), []);
    });
  }
});

suite('an editor leaves alone', () => {
  const table: string[] = [
    '{}',
    'version: 1',
    'intake:\nnoise:\nmetrics:\n  buckets:\n  listen:\n',
    'store: {url: }',
    'metrics: {max_series: "${env:MAX}", duration_unit: "${env:UNIT:-ms}"}',
    'metrics: {buckets: [1, "${env:SECOND}"], listen: "${env:HOST}:${env:PORT}"}',
    'noise: {health_checks: "${file:/run/flag}"}',
    'intake: {max_body: "${env:MEGABYTES}MiB"}',
    'store: {url: "${env:STORE}"}',
    'alerts: {receivers: [{name: "${env:NAME}", slack: {token: "${file:/run/token}", channel: C1}}]}',
    'alerts: {route: , inhibit_rules: , time_intervals: }',
    'alerts: {route: {receiver: "${env:WHO}", routes: [{matchers: , match: {a: 5}, routes: [{continue: "${env:GO_ON}", group_wait: 1w}]}]}}',
    'alerts: {time_intervals: [{name: x, time_intervals: [{weekdays: [monday:friday], years: [2026], times: [{start_time: "00:00", end_time: "24:00"}]}]}]}',
    // Keys of the contract that are still to come.
    'forward: {endpoint: "http://x", sampling: {ratio: 1.0}}',
    'intake: {grpc: {listen: 127.0.0.1:4317}, http: {tls: {cert: x}, unix: y}, journal: true}',
    'alerts: {receivers: [{name: a, fallback: b, slack: {}}], rules: [], route: {receiver: slack}}',
  ];
  for (const text of table) test(text, () => assert.deepEqual(mistakes(schema, parse(text)), []));

  test('config/tocsin.yaml', () => {
    const path = fileURLToPath(new URL('../../config/tocsin.yaml', import.meta.url));
    assert.deepEqual(mistakes(schema, parse(readFileSync(path, 'utf8'))), []);
  });
});

suite('whatever a scalar can be read from, an editor takes as well', () => {
  const table: [schema: z.ZodType, fine: string[], wrong: string[]][] = [
    [duration(), ['30s', '1h30m', '1.5s', '250ms', '0s', '1w'], ['30', '5 m', 's', '1M', '']],
    [byteSizeOrAuto(), ['auto', '64MiB', '1.5GiB'], ['64', 'Auto', 'auto ', 'auto1MiB', '']],
    [byteSize(), ['64MiB', '1.5GiB', '10B', '5KB'], ['64', 'MiB', '1 MiB', '1mib', '']],
    [
      listenAddress(),
      ['127.0.0.1:4318', '[::1]:4318', '[fe80::1%eth0]:1', 'localhost:0', 'a-b.example:1'],
      ['localhost', ':1', '1234', 'http://x:1/', ''],
    ],
    [httpUrl(), ['http://x', 'HTTPS://x/y', ' http://x'], ['ftp://x', 'x', 'http://x?y', '']],
    [secret(), ['x', ' x\n', '${file:/x}'], ['x y', '', 'é']],
    [secretUrl(), ['http://x', ' HTTPS://x/?y=z#a'], ['x', 'ftp://x', '']],
    [z.enum(['a', 'b']), ['a'], ['c', '']],
    [z.union([duration(), z.literal('never')]), ['never', '30s'], ['sometimes']],
  ];
  for (const [value, fine, wrong] of table) {
    const whole = z.strictObject({ value });
    const editor = editorSchema(whole, [], 'test');
    for (const text of fine) {
      test(JSON.stringify(text), () => {
        const given = { files: { '/x': 'x' } };
        assert.deepEqual(lines(load(whole, [`value: ${JSON.stringify(text)}`], given)), []);
        assert.deepEqual(mistakes(editor, { value: text }), []);
      });
    }
    for (const text of wrong) {
      test(`but not ${JSON.stringify(text)}`, () => {
        assert.notDeepEqual(lines(load(whole, [`value: ${JSON.stringify(text)}`])), []);
        assert.notDeepEqual(mistakes(editor, { value: text }), []);
      });
    }
  }
});

suite('the schema', () => {
  test('shows descriptions, defaults as they are written, and examples', () => {
    const whole = z.strictObject({
      wait: duration().default(90_000).describe('how long'),
      size: byteSize()
        .describe('how much')
        .default(3 * 2 ** 20),
      password: secret().optional(),
      headers: z.record(z.string(), secret()).default({}),
    });
    const { properties } = editorSchema(whole, [], 'test') as { properties: Record<string, object> };
    assert.partialDeepStrictEqual(properties, {
      wait: { description: 'how long', default: '1m30s', examples: ['30s', '1h30m'] },
      size: { description: 'how much', default: '3MiB' },
      password: { examples: ['${env:NAME}', '${file:/run/secrets/name}'] },
    });
  });

  test('cannot name a planned key where there is no mapping', () => {
    assert.throws(() => editorSchema(z.strictObject({ a: z.string() }), ['b.c'], 'test'), /planned key b\.c/);
  });

  test('marks nothing as deprecated', () => assert.doesNotMatch(schemaFile(), /deprecated/i));
});
