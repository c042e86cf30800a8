import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/metrics.md'), 'utf8');
const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
  .join('\n');
const families = [
  ...[...source.matchAll(/\bname: '((?:tocsin_|traces_|target_)\w+)'/g)].map((match) => match[1]!),
  'traces_span_metrics_duration_milliseconds',
  'traces_span_metrics_duration_seconds',
];

suite('docs/metrics.md', () => {
  test('explains every family', () => {
    assert.ok(families.length > 12);
    assert.deepEqual(
      families.filter((name) => !page.includes(`\`${name}\``)),
      [],
    );
  });

  test('explains each once', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]!);
    assert.deepEqual(
      rows.filter((name, i) => rows.indexOf(name) !== i),
      [],
    );
  });

  test('explains none that is not there', () => {
    const named = [...page.matchAll(/\b((?:tocsin|traces|target)_\w+)/g)].map((match) => match[1]!);
    const known = new Set(families.flatMap((name) => [name, `${name}_bucket`]));
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });
});
