import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { effectiveYaml } from '../../src/config/effective.ts';
import { environmentTree } from '../../src/config/environment-layer.ts';
import { byteSize, duration, secret } from '../../src/config/scalars.ts';
import { type Given, lines, load, loadWhole } from './support.ts';

function effectiveWhole(texts: string | readonly string[], given: Given = {}): string {
  const loaded = loadWhole(texts, given);
  assert.deepEqual(lines(loaded), []);
  return effectiveYaml(loaded.tree, configurationSchema, loaded.value);
}

function effective(schema: z.ZodType, text: string, given: Given = {}): string {
  const loaded = load(schema, [text], given);
  assert.deepEqual(lines(loaded), []);
  return effectiveYaml(loaded.tree, schema, loaded.value);
}

/** Comments after one space, wherever their column is. */
const unaligned = (yaml: string): string => yaml.replaceAll(/ +# /g, ' # ');

suite('the effective configuration', () => {
  test('says of each value where it came from', () => {
    const first = 'intake: {max_body: 1MiB}\nmetrics:\n  buckets: [1, 2]\n  max_series: ${env:MAX:-500}\n';
    const second = [
      'noise:\n  health_checks: false',
      'alerts:',
      '  receivers:',
      '    - name: ops',
      '      slack: {webhook_url: "https://x/${env:HOOK:-hunter2}"}',
      '    - {slack: {token: hunter2, channel: "#a"}, name: second}',
    ].join('\n');
    const yaml = effectiveWhole([first, second]);
    const expected = [
      'version: 1 # default',
      'intake:',
      '  http:',
      '    listen: 127.0.0.1:4318 # default',
      '  grpc:',
      '    listen: 127.0.0.1:4317 # default',
      '  max_body: 1MiB # a.yaml:1',
      '  max_in_flight: 128MiB # default',
      '  health_checks: false # b.yaml:2',
      '  buckets: [1, 2] # a.yaml:3',
      '  max_series: 500 # a.yaml:4, ${env:MAX}',
      '  url: "" # default',
      'alerts:',
      '  receivers:',
      '    - name: ops # b.yaml:5',
      '      slack:',
      '        webhook_url: <secret> # b.yaml:6, ${env:HOOK}',
      '        api_url: https://slack.com/api/ # default',
      '    - name: second # b.yaml:7',
      '        token: <secret> # b.yaml:7',
      '        channel: "#a" # b.yaml:7',
    ];
    const written = unaligned(yaml).split('\n');
    assert.deepEqual(
      expected.filter((line) => !written.includes(line)),
      [],
    );
    assert.doesNotMatch(yaml, /hunter2/);
  });

  test('begins its comments in one column, as far as that can be', () => {
    const columns = effectiveWhole('')
      .split('\n')
      .filter((line) => line.includes('  # ') && line.length < 80)
      .map((line) => line.indexOf('  # '));
    assert.equal(new Set(columns).size, 1);
  });

  test('has the defaults that follow from other values', () => {
    assert.match(effectiveWhole('metrics: {duration_unit: s}'), /buckets: \[0\.002, 0\.004, .* +# default\n/);
  });

  test('gives the same configuration when it is read', () => {
    const texts = [
      '',
      'metrics: {duration_unit: s, max_series: 500, listen: "[::1]:1"}',
      'intake: {max_body: 1500B, max_in_flight: 1.5GiB}\nnoise: {health_checks: false}',
      'store: {url: "sqlite:/a b/$${env:X}/#c.db"}',
    ];
    for (const text of texts)
      assert.deepEqual(loadWhole(effectiveWhole(text)).value, loadWhole(text).value, text);
  });

  test('gives the same text back, whatever it is', () => {
    const schema = z.strictObject({ text: z.string(), list: z.array(z.string()) });
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000'));
    fc.assert(
      fc.property(texts, fc.array(texts), (text, list) => {
        const written = JSON.stringify({ text, list }).replaceAll('${', () => '$${');
        const { value } = load(schema, [effective(schema, written)]);
        assert.deepEqual(value, { text, list });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('leaves out what nobody wrote and has no default', () => {
    const schema = z.strictObject({
      given: z.string().optional(),
      section: z.strictObject({ a: z.string() }).optional(),
    });
    assert.equal(effective(schema, ''), '');
    assert.equal(unaligned(effective(schema, 'section: {a: b}')), 'section:\n  a: b # a.yaml:1\n');
  });

  test('writes every kind of value', () => {
    const schema = z.strictObject({
      wait: duration().default(90_000),
      size: byteSize().default(1536),
      headers: z.record(z.string(), z.string()).default({}),
      rules: z
        .array(z.strictObject({ name: z.string(), where: z.array(z.string()).default([]) }))
        .default([]),
      limits: z
        .strictObject({ deep: z.strictObject({ on: z.boolean().default(true) }).prefault({}) })
        .prefault({}),
    });
    assert.equal(
      unaligned(effective(schema, '')),
      'wait: 1m30s # default\nsize: 1536B # default\nheaders: {} # default\nrules: [] # default\nlimits:\n  deep:\n    on: true # default\n',
    );
    assert.equal(
      unaligned(
        effective(
          schema,
          'headers: {"x: y": "1"}\nrules: [{name: a, where: [\'b="c"\']}, {name: d}]\nwait: 5m\n',
        ),
      ),
      [
        'wait: 5m # a.yaml:3',
        'size: 1536B # default',
        'headers:',
        '  "x: y": "1" # a.yaml:1',
        'rules:',
        '  - name: a # a.yaml:2',
        '    where: ["b=\\"c\\""] # a.yaml:2',
        '  - name: d # a.yaml:2',
        '    where: [] # default',
        'limits:',
        '  deep:',
        '    on: true # default',
        '',
      ].join('\n'),
    );
  });
});

suite('the effective configuration shows no secret', () => {
  const schema = z.strictObject({
    secret: secret().optional(),
    secrets: z.record(z.string(), secret()).optional(),
    list: z.array(secret()).optional(),
    either: z.union([secret(), z.boolean()]).optional(),
    text: z.string().optional(),
  });
  const given: Given = {
    environment: { API_TOKEN: 'hunter2', DB_PASSWORD: 'hunter2', OTHER: 'shown' },
    files: { '/run/x': 'hunter2' },
  };
  const table: [text: string, shown: string][] = [
    ['secret: hunter2', 'secret: <secret> # a.yaml:1\n'],
    ['secret: ${env:X:-hunter2}', 'secret: <secret> # a.yaml:1, ${env:X}\n'],
    ['secret: ${file:/run/x}', 'secret: <secret> # a.yaml:1, ${file:/run/x}\n'],
    ['secrets: {a: hunter2}', 'secrets:\n  a: <secret> # a.yaml:1\n'],
    ['list: [hunter2, hunter2]', 'list: [<secret>, <secret>] # a.yaml:1\n'],
    ['either: hunter2', 'either: <secret> # a.yaml:1\n'],
    ['text: a ${env:API_TOKEN}', 'text: "a ${env:API_TOKEN}" # a.yaml:1, ${env:API_TOKEN}\n'],
    ['text: ${env:DB_PASSWORD}', 'text: "${env:DB_PASSWORD}" # a.yaml:1, ${env:DB_PASSWORD}\n'],
    ['text: ${file:/run/x}', 'text: "${file:/run/x}" # a.yaml:1, ${file:/run/x}\n'],
    ['text: ${env:OTHER}', 'text: shown # a.yaml:1, ${env:OTHER}\n'],
  ];
  for (const [text, shown] of table)
    test(text, () => assert.equal(unaligned(effective(schema, text, given)), shown));
});

test('a value of a variable that is named like a secret is not shown, whatever its key', () => {
  const schema = z.strictObject({ headers: z.string(), name: z.string() });
  const tree = environmentTree([
    { variable: 'OTHER_HEADERS', path: ['headers'], value: 'hunter2' },
    { variable: 'OTHER_NAME', path: ['name'], value: 'shown' },
  ]);
  assert.equal(
    unaligned(effectiveYaml(tree, schema, {})),
    'headers: <secret> # environment variable OTHER_HEADERS\nname: shown # environment variable OTHER_NAME\n',
  );
});
