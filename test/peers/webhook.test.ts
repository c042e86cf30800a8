import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Secret } from '../../src/config/secret.ts';
import { signatureOf } from '../../src/notify/receivers/webhook-signature.ts';

test('docs/webhook.md knows in Python who sent something', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/webhook.md', import.meta.url)), 'utf8');
  const [, code = ''] = /```python\n([^]*?)```/.exec(page) ?? [];
  const secret = 'sixteen letters!';
  const body = '{"summary":"schön"}';
  const at = (offsetMillis: number): string =>
    signatureOf(body, new Secret(secret), Date.now() + offsetMillis);
  const checks = [
    [secret, at(0), body],
    [secret, at(-290_000), body],
    [secret, at(-302_000), body],
    [secret, at(310_000), body],
    [secret, at(0).replace(/v1=../, 'v1=00'), body],
    ['another', at(0), body],
    [secret, at(0), `${body} `],
    [secret, 'nonsense', body],
    [secret, null, body],
  ];
  const program = `${code}
import json, sys
for secret, header, body in json.load(sys.stdin):
    print(is_from_tocsin(secret, header, body.encode()))`;
  const { stdout, stderr, error } = spawnSync('python3', ['-c', program], {
    encoding: 'utf8',
    input: JSON.stringify(checks),
  });
  assert.equal(error, undefined);
  assert.equal(stderr, '');
  assert.deepEqual(stdout.trim().split('\n'), ['True', 'True', ...Array<string>(7).fill('False')]);
});
