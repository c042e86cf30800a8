import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { UnixServer } from '../../src/runtime/unix-server.ts';
import { temporaryDirectory } from '../config/support.ts';

function get(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

const server = (path: string): UnixServer =>
  new UnixServer('test', path, (_request, response) => response.writeHead(204).end());

suite('a listener on a Unix socket', () => {
  test('answers whoever reaches the file, and takes it away when it stops', async (t) => {
    const path = join(temporaryDirectory(t), 'otlp.sock');
    const subject = server(path);
    await subject.start();
    assert.equal(await get(path), 204);
    assert.equal(statSync(path).mode & 0o777, 0o666);
    await subject.stop();
    await subject.stop();
    assert.ok(!existsSync(path));
  });

  test('takes the place of one that was killed', async (t) => {
    const path = join(temporaryDirectory(t), 'otlp.sock');
    const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
    const child = spawn(process.execPath, ['-e', code]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(existsSync(path));
    const subject = server(path);
    await subject.start();
    assert.equal(await get(path), 204);
    await subject.stop();
  });

  test('does not take the place of one that listens', async (t) => {
    const path = join(temporaryDirectory(t), 'otlp.sock');
    const first = server(path);
    await first.start();
    await assert.rejects(server(path).start(), { name: 'ListenFailed', message: /otlp\.sock is taken/ });
    assert.equal(await get(path), 204);
    await first.stop();
  });

  test('leaves a file alone that is no socket', async (t) => {
    const path = join(temporaryDirectory(t), 'notes.txt');
    writeFileSync(path, 'mine');
    await assert.rejects(server(path).start(), { name: 'ListenFailed' });
    assert.ok(statSync(path).isFile());
  });

  test('says why it cannot be opened', async (t) => {
    const path = join(temporaryDirectory(t), 'nowhere', 'otlp.sock');
    await assert.rejects(server(path).start(), { name: 'ListenFailed', message: /nowhere/ });
  });
});
