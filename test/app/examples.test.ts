import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { effectiveConfiguration, readConfiguration } from '../../src/app/configuration/configuration.ts';
import { schemaFile } from '../../src/app/configuration/documentation.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { mistakes } from '../config/json-schema-validator.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');
const placeholder = (name: string): string => {
  if (/url|endpoint|webhook/i.test(name)) return 'https://example.com/x';
  if (/signing/i.test(name)) return 'x'.repeat(32);
  return /app_token/i.test(name) ? 'xapp-x' : 'x';
};

/** What `check` says of a text, with something in place of everything that it refers to. */
function check(text: string): { errors: string[]; warnings: string[]; effective: string | undefined } {
  const names = [...text.matchAll(/\$\{env:(\w+)/g)].map(([, name]) => name!);
  const environment = Object.fromEntries(names.map((name) => [name, placeholder(name)]));
  const readFile = (path: string): Uint8Array =>
    Buffer.from(path === 'example.yaml' ? text : placeholder(path));
  const loaded = readConfiguration(['example.yaml'], environment, 'error', readFile);
  const told = (severity: string): string[] =>
    loaded.problems.filter((problem) => problem.severity === severity).map(formatProblem);
  const effective = loaded.value === undefined ? undefined : effectiveConfiguration(loaded);
  return { errors: told('error'), warnings: told('warning'), effective };
}

const examples = readdirSync(`${root}/examples`)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `examples/${name}`);

suite('every example', () => {
  test('is found', () => {
    for (const name of ['minimal', 'slack', 'behind-a-collector', 'strict-privacy'])
      assert.ok(examples.includes(`examples/${name}.yaml`), name);
  });

  for (const path of examples) {
    test(`${path} passes check; at most it has keys of a later version`, () => {
      const { errors, warnings } = check(read(path));
      assert.deepEqual(errors, []);
      for (const warning of warnings) assert.match(warning, /not supported by this version/);
    });

    test(`${path} passes as what check --effective prints, but for its secrets`, () => {
      const { effective } = check(read(path));
      const secrets = effective!.split('\n').filter((line) => /(url|secret): <secret>/.test(line));
      const { errors } = check(effective!);
      assert.equal(errors.length, secrets.length);
      for (const error of errors) assert.match(error, /(url: not a URL|secret: too short)/);
    });

    test(`${path} names its schema, and an editor marks nothing in it`, () => {
      const [first] = read(path).split('\n', 1);
      assert.equal(first, '# yaml-language-server: $schema=../config/tocsin.schema.json');
      assert.deepEqual(mistakes(JSON.parse(schemaFile()), parse(read(path))), []);
    });
  }
});

/** The YAML on a page, each with the line that it begins in; what is meant for Kubernetes, Prometheus or Slack is not for us. */
function snippetsOf(page: string): { line: number; text: string }[] {
  const found = [...page.matchAll(/^( *)```ya?ml\n([^]*?)^ *```$/gm)].map(({ 1: indent, 2: text, index }) => {
    const lines = text!.split('\n').map((line) => line.slice(indent!.length));
    return { line: page.slice(0, index).split('\n').length + 1, text: lines.join('\n') };
  });
  return found.filter(({ text }) => !/^(apiVersion|scrape_configs|display_information):/m.test(text));
}

suite('every piece of configuration in the documentation passes check', () => {
  const pages = ['README.md', ...readdirSync(`${root}/docs`).map((name) => `docs/${name}`)];
  const snippets = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) => snippetsOf(read(page)).map(({ line, text }) => ({ at: `${page}:${line}`, text })));

  test('and there is some', () => assert.ok(snippets.length > 0));
  for (const { at, text } of snippets) test(at, () => assert.deepEqual(check(text).errors, []));

  test('so that one with a mistake would be found', () => {
    const page = 'text\n\n  ```yaml\n  version: 2\n  ```\n\n```yaml\napiVersion: v1\n```\n';
    const [only, ...others] = snippetsOf(page);
    assert.deepEqual(others, []);
    assert.deepEqual(only, { line: 4, text: 'version: 2\n' });
    assert.equal(check(only.text).errors.length, 1);
  });
});
