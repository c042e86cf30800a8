import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../src/demo/slack/main.ts', import.meta.url));

function run(t: TestContext, ...args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

test('as a process it prints its URL, serves what it was told to, prints messages, and ends on SIGTERM', async (t) => {
  const options = [
    '--token',
    'xoxb-a',
    '--channel',
    'ops',
    '--channel',
    '#more',
    '--webhook-path',
    '/services/a/b/c',
  ];
  const child = run(t, ...options, '--no-rate-limits', '--print');
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const url = String((await lines.next()).value);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);

  const headers = { 'content-type': 'application/json', authorization: 'Bearer xoxb-a' };
  const post = (path: string, body: object) =>
    fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(await (await post('/services/a/b/c', { text: 'by webhook' })).text(), 'ok');
  for (let index = 0; index < 5; index += 1) {
    const answer = await post('/api/chat.postMessage', { channel: '#more', text: 'by bot' });
    assert.match(await answer.text(), /^\{"ok":true,/);
  }
  assert.match(String((await lines.next()).value), /^#ops .* message /);
  assert.equal((await lines.next()).value, '  by webhook');

  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
});

test('an option that is wrong is refused, with how to use it', async (t) => {
  const child = run(t, '--port', '70000');
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.match(said, /^--port 70000 is not a port\nusage: /);
  assert.equal(code, 2);
});
