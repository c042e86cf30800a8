import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';

const dist = join(import.meta.dirname, '../../dist');

/** Files that are read whenever this one is. */
function loadedWith(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  const text = readFileSync(join(dist, file), 'utf8');
  for (const [, next] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) loadedWith(next!, known);
  return known;
}

suite('the bundle loads with its start', () => {
  const [, program = ''] =
    /import\("\.\/(main-[^"]+)"\)/.exec(readFileSync(join(dist, 'main.js'), 'utf8')) ?? [];
  const files = [...loadedWith(program)];
  const atStart = files.map((file) => readFileSync(join(dist, file), 'utf8')).join('\n');

  test('what it needs', () => {
    assert.ok(files.length > 5);
    assert.match(atStart, /NOBODY IS TOLD/);
  });

  test('all of it compiled already', () => {
    const { stderr, stdout } = spawnSync(process.execPath, [join(dist, 'main.js'), 'version'], {
      env: { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
      encoding: 'utf8',
    });
    const said = stdout + stderr;
    const before = loadedWith('main.js');
    const compiled = files.filter((file) => !before.has(file));
    const accepted = compiled.filter((file) => said.includes(`${file} was accepted`));
    assert.deepEqual(accepted, compiled);
    assert.ok(accepted.includes(program));
  });

  test('no HTTP/2, which is loaded when somebody speaks it', () => {
    assert.doesNotMatch(atStart, /from\s*"(node:)?http2"/);
    assert.match(atStart, /import\("node:http2"\)/);
  });

  test('no fetch of Node’s own, which who imports node:http is given', () => {
    assert.doesNotMatch(atStart, /from\s*"(node:)?http"/);
    assert.match(atStart, /require\("node:http"\)/);
  });

  /** Each by a text that stands in it and nowhere else. */
  const later: [library: string, marker: string][] = [
    ['nodemailer', 'ESENDMAIL'],
    ['Slack’s client', 'slack_webapi_rate_limited_error'],
    ['Slack’s Socket Mode', 'slack_socket_mode_websocket_error'],
    ['undici', 'no proxy agent'],
    ['RE2', 'invalid character class range'],
    ['the API', 'securitySchemes'],
  ];
  for (const [library, marker] of later)
    test(`no ${library}, which is loaded with the first use`, () => {
      assert.ok(!atStart.includes(marker));
      const all = readdirSync(dist).filter((file) => file.endsWith('.js'));
      assert.ok(all.some((file) => readFileSync(join(dist, file), 'utf8').includes(marker)));
    });
});
