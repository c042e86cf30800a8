import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const maxLines = 400;

interface Import {
  from: string;
  to: string;
  typesOnly: boolean;
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => file.replaceAll('\\', '/'));
const sources = new Map(files.map((file) => [file, readFileSync(join(root, 'src', file), 'utf8')]));
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const source = sources.get(file)!;
  const found: Import[] = [];
  const statement =
    /\b(?:import|export)\s+(type\s)?(?:([^;'"]*?)\bfrom\s*)?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/g;
  for (const match of source.matchAll(statement)) {
    const target = match[3] ?? match[4]!;
    found.push({
      from: file,
      to: normalize(join(dirname(file), target)).replaceAll('\\', '/'),
      typesOnly: match[1] !== undefined || onlyNamesTypes(match[2] ?? ''),
    });
  }
  return found;
}

/** `import { type A, type B }`. */
function onlyNamesTypes(clause: string): boolean {
  const names = /\{([^}]*)\}/
    .exec(clause)?.[1]
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names !== undefined && names.length > 0 && names.every((name) => name.startsWith('type '));
}

function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '');
}

/** The table under "Who may import whom" in ARCHITECTURE.md. */
function readArrows(): { rooms: Map<string, Map<string, 'types' | 'all'>>; shared: Set<string> } {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const section = text.slice(text.indexOf('## Who may import whom'));
  const rooms = new Map<string, Map<string, 'types' | 'all'>>();
  let shared = new Set<string>();
  for (const line of section.split('\n')) {
    const [, left, right] = /^\| (.+?) \|(.*)\|$/.exec(line) ?? [];
    if (left === undefined || right === undefined || left.startsWith('-') || left === 'room') continue;
    const targets = [...right.matchAll(/`([a-z]+)( \(types\))?`/g)];
    const everything = right.includes('everything') ? [['*', 'all'] as const] : [];
    const allowed = new Map([
      ...everything,
      ...targets.map(([, name, types]) => [name!, types === undefined ? 'all' : 'types'] as const),
    ]);
    if (left === 'all') shared = new Set(allowed.keys());
    for (const [, name] of left.matchAll(/`([a-z]+)`/g)) rooms.set(name!, allowed);
  }
  return { rooms, shared };
}

suite('the arrows of ARCHITECTURE.md', () => {
  const { rooms, shared } = readArrows();

  test('name every room, and no room that is not there', () => {
    assert.deepEqual([...rooms.keys()].sort(), [...new Set(files.map(roomOf))].sort());
  });

  test('hold for every import', () => {
    const crossing = imports.filter(({ from, to }) => roomOf(from) !== roomOf(to));
    assert.ok(crossing.length > 50, 'the imports were found at all');
    const wrong = crossing.filter(({ from, to, typesOnly }) => {
      const allowed = rooms.get(roomOf(from));
      const arrow = allowed?.get('*') ?? allowed?.get(roomOf(to));
      const isBase = ['otlp', 'metrics', 'config', 'conventions', 'runtime'].includes(roomOf(from));
      const sharedHere = shared.has(roomOf(to)) && !(isBase && roomOf(to) === 'telemetry');
      return !(sharedHere || arrow === 'all' || (arrow === 'types' && typesOnly));
    });
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} imports ${to}`),
      [],
    );
  });

  test('make no circle between files, not even of types', () => {
    const targets = new Map<string, string[]>();
    for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      assert.ok(!path.includes(file), `a circle: ${[...path, file].join(' → ')}`);
      if (done.has(file)) return;
      for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });

  test('lead to files that are there', () => {
    assert.deepEqual(
      imports.filter(({ to }) => !sources.has(to)).map(({ from, to }) => `${from} imports ${to}`),
      [],
    );
  });
});

suite('the bans', () => {
  const bans: [what: string, pattern: RegExp, allowedIn: RegExp][] = [
    ['process.env', /\bprocess\s*\.\s*env\b|\bprocess\[/, /^config\//],
    ['process.exit', /\bprocess\s*\.\s*exit\b(?!Code)/, /^main\.ts$/],
    ['signals', /\bprocess\s*\.\s*(on|once)\(/, /^(main\.ts|demo\/)/],
    ['the wall clock', /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/, /^(runtime|demo)\//],
    ['timers', /(?<!\.)\b(setTimeout|setInterval)\(|node:timers/, /^(main\.ts$|runtime\/|demo\/)/],
    ['the console', /\bconsole\./, /^$/],
  ];
  for (const [what, pattern, allowedIn] of bans) {
    test(`${what} is used nowhere but where it belongs`, () => {
      const users = files.filter(
        (file) => !allowedIn.test(file) && pattern.test(withoutComments(sources.get(file)!)),
      );
      assert.deepEqual(users, []);
    });
  }

  test(`no file is longer than ${maxLines} lines`, () => {
    assert.deepEqual(
      files.filter((file) => sources.get(file)!.split('\n').length > maxLines),
      [],
    );
  });
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}
