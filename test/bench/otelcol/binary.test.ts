import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { buildDirectory, findCollector, manifestFile, releaseOf } from '../../../bench/otelcol/binary.ts';
import { durationBounds } from '../../../bench/payload/calls.ts';
import { availableSubjects } from '../../../bench/subjects/available.ts';

const manifest = readFileSync(manifestFile, 'utf8');

suite('the Collector', () => {
  test('is of one release, the stable modules of that which goes with it', () => {
    const versions = [...manifest.matchAll(/gomod: (\S+) v(\S+)$/gm)].map(([, module, version]) => {
      const isStable = /\/confmap\/provider\//.test(module!);
      return isStable
        ? version?.replace(/^1\.(\d+)\./, (_, minor: string) => `0.${Number(minor) + 94}.`)
        : version;
    });
    assert.ok(versions.length >= 9);
    assert.deepEqual(new Set(versions), new Set([releaseOf(manifest)]));
  });

  test('is kept in the cache of the user, by what it is built of', () => {
    const directory = buildDirectory(manifest, { XDG_CACHE_HOME: '/cache' });
    assert.match(directory, /^\/cache\/tocsin\/otelcol-bench-\d+\.\d+\.\d+-[0-9a-f]{12}$/);
    assert.match(buildDirectory(manifest, {}), /\/\.cache\/tocsin\//);
    assert.notEqual(buildDirectory(`${manifest}\n`, { XDG_CACHE_HOME: '/cache' }), directory);
  });

  test('is there once it is built, and until then it is said what to do', () => {
    const directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
    try {
      const missing = findCollector(directory);
      assert.equal(missing.kind, 'missing');
      assert.match(
        'why' in missing ? missing.why : '',
        /^it is not built(: npm run|, and Go is not installed)/,
      );
      const program = join(directory, 'otelcol-bench');
      writeFileSync(program, '');
      assert.deepEqual(findCollector(directory), { kind: 'built', program });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('has the buckets of the benchmark', () => {
    const configuration = readFileSync(
      new URL('../../../bench/otelcol/collector.yaml', import.meta.url),
      'utf8',
    );
    const [, list = ''] = /^ +buckets: \[(.*)\]$/m.exec(configuration) ?? [];
    const millis = list
      .split(', ')
      .map((text) => Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : 1000));
    assert.deepEqual(millis, durationBounds);
  });
});

suite('the subjects', () => {
  const all = { subjects: ['tocsin', 'otelcol', 'reference'], areSubjectsChosen: false } as const;
  const missing = () => ({ kind: 'missing', why: 'Go is not installed' }) as const;

  test('are all that were asked for, where all are there', () => {
    const built = () => ({ kind: 'built', program: '/x' }) as const;
    assert.deepEqual(availableSubjects(all, built), { subjects: all.subjects, leftOut: undefined });
  });

  test('are without the Collector where there is none, and that is said', () => {
    const { subjects, leftOut } = availableSubjects(all, missing);
    assert.deepEqual(subjects, ['tocsin', 'reference']);
    assert.match(leftOut ?? '', /LEFT OUT the OpenTelemetry Collector .*Go is not installed/);
  });

  test('are what was asked for by name, for who asks in vain is to be told', () => {
    const chosen = { subjects: ['otelcol'], areSubjectsChosen: true } as const;
    assert.deepEqual(availableSubjects(chosen, missing).subjects, ['otelcol']);
  });
});
