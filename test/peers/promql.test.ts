import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const pages = ['metrics', 'retries'].map((name) =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8'),
);
const queries = pages.flatMap((page) =>
  [...page.matchAll(/```promql\n([^]*?)```/g)].map((match) => match[1]!),
);
const directory = mkdtempSync(join(tmpdir(), 'tocsin-promql-'));
after(() => rmSync(directory, { recursive: true }));

const isHere = spawnSync('promtool', ['--version']).error === undefined;

test('Prometheus understands every query of the documentation', {
  skip: !isHere && 'there is no promtool',
}, () => {
  assert.ok(queries.length >= 10);
  const rules = queries.map((expr, i) => ({ record: `query_${i}`, expr }));
  const file = join(directory, 'rules.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'docs', rules }] }));
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, new RegExp(`${queries.length} rules found`));
});
