import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';

test('the demo breaks, tells of it in the terminal, and leaves nothing behind', {
  timeout: 90_000,
}, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-demo-test-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const environment = { PATH: process.env['PATH'], TMPDIR: directory };
  const child = spawn(process.execPath, ['src/main.ts', 'demo', '--any-ports'], { env: environment });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit');

  const told = (): boolean => /#alerts .* message .*\n {2}🔴 PAYMENTDECLINED IN POST \/CHARGE\n/.test(output);
  await eventually('a message about the payments that throw', told, 60_000);
  const [, command = ''] = /issues +(curl .*)\n/.exec(output) ?? [];
  const [, authorization, url = ''] = /-H 'authorization: (.*)' (\S+)$/.exec(command) ?? [];
  const answer = await fetch(url, { headers: { authorization: authorization ?? '' } });
  const { items } = (await answer.json()) as { items: { type: string }[] };
  assert.ok(
    items.some(({ type }) => type === 'PaymentDeclined'),
    output,
  );

  child.kill('SIGINT');
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual(readdirSync(directory), []);
});
