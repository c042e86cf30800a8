import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TocsinProcess } from '../e2e/support/tocsin.ts';

const run = promisify(execFile);
const clients = fileURLToPath(new URL('clients', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'tocsin-grpc-'));
const count = 3000;

/** Real SDKs of other languages, and so other implementations of gRPC. */
suite('what is sent over gRPC arrives, all of it', { timeout: 600_000 }, () => {
  const tocsin = new TocsinProcess({});
  before(() => tocsin.start());
  after(() => tocsin.stop());
  after(() => rmSync(work, { recursive: true, force: true }));

  const received = (signal: string): Promise<number> =>
    tocsin.sum('tocsin_ledger_total', { signal, fate: 'received' });

  /** @returns how many more of each signal there are afterwards, and what the command printed */
  const sending = async (compression: string, command: string, args: readonly string[]) => {
    const signals = ['spans', 'log_records', 'data_points'];
    const before = await Promise.all(signals.map(received));
    const env = {
      ...process.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: tocsin.at.grpc,
      OTEL_EXPORTER_OTLP_INSECURE: 'true',
      // Python knows no word for none.
      ...(compression !== 'none' && { OTEL_EXPORTER_OTLP_COMPRESSION: compression }),
      OTEL_SERVICE_NAME: command,
    };
    const { stdout, stderr } = await run(command, args, { env, timeout: 120_000 });
    const now = await Promise.all(signals.map(received));
    return { sent: now.map((value, index) => value - before[index]!), printed: stdout + stderr };
  };

  test('from Go: traces, logs and metrics, and its client for health is content', async () => {
    cpSync(join(clients, 'go-grpc'), join(work, 'go'), { recursive: true });
    const program = join(work, 'peer');
    const env = { ...process.env, GOFLAGS: '-modcacherw' };
    await run('go', ['build', '-o', program, '.'], { cwd: join(work, 'go'), env });
    for (const compression of ['none', 'gzip']) {
      const { sent, printed } = await sending(compression, program, [String(count)]);
      assert.deepEqual(sent, [count, count, count], compression);
      assert.equal(printed, 'SERVING 4 SERVING\n');
    }
  });

  test('from Python: traces', async () => {
    cpSync(join(clients, 'python-grpc'), join(work, 'python'), { recursive: true });
    const venv = join(work, 'venv');
    await run('python3', ['-m', 'venv', venv]);
    const requirements = join(work, 'python/requirements.txt');
    await run(join(venv, 'bin/pip'), ['install', '--quiet', '--requirement', requirements]);
    for (const compression of ['none', 'gzip']) {
      const args = [join(work, 'python/app.py'), String(count)];
      const { sent, printed } = await sending(compression, join(venv, 'bin/python'), args);
      assert.deepEqual(sent, [count, 0, 0], compression);
      assert.equal(printed, '');
    }
  });

  test('without a refusal', async () => {
    const all = await tocsin.sum('tocsin_intake_requests_total', { protocol: 'grpc' });
    assert.equal(await tocsin.sum('tocsin_intake_requests_total', { protocol: 'grpc', code: '200' }), all);
  });
});
