import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import type { LedgerAnswer } from '../../src/admin/contract.ts';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { Child } from './support/child.ts';
import { canMount, fillUp } from './support/small-disk.ts';
import { TocsinProcess } from './support/tocsin.ts';

/** What people and machines do to a Tocsin that runs, or before it does: as docs/operations.md says. */
suite('faults', () => {
  const process = (t: TestContext): TocsinProcess => {
    const tocsin = new TocsinProcess({});
    t.after(() => tocsin.stop());
    return tocsin;
  };
  const started = async (t: TestContext): Promise<TocsinProcess> => {
    const tocsin = process(t);
    await tocsin.start();
    return tocsin;
  };
  const fail = async (tocsin: TocsinProcess, id: number, message = `failure ${id}`): Promise<number> => {
    const response = await fetch(`${tocsin.at.otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(traceRequestBytes([{ id, failed: true, name: message }])),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const storedEvents = async (tocsin: TocsinProcess): Promise<number> =>
    (await tocsin.issues())
      .filter(({ service }) => service !== 'tocsin')
      .reduce((sum, { count }) => sum + count, 0);
  /** What it says of itself, with how often. */
  const own = async (tocsin: TocsinProcess): Promise<string[]> =>
    (await tocsin.issues('service=tocsin')).map(({ type, count }) => `${type} ${count}`).sort();
  const errors = (tocsin: TocsinProcess): readonly string[] =>
    tocsin.log.filter((line) => line.includes('"level":"error"'));

  test('the data directory is deleted: everything is written again, told once, and kept over a kill', async (t) => {
    const tocsin = await started(t);
    assert.equal(await fail(tocsin, 1), 200);
    const token = readFileSync(join(tocsin.dataDirectory, 'admin-token'), 'utf8');
    rmSync(tocsin.dataDirectory, { recursive: true });
    assert.equal(await fail(tocsin, 2), 200);
    await eventually('the store to be there', () => existsSync(join(tocsin.dataDirectory, 'admin-token')));
    assert.equal(readFileSync(join(tocsin.dataDirectory, 'admin-token'), 'utf8'), token);
    assert.equal(await fail(tocsin, 3), 200);
    assert.equal((await tocsin.health()).components['store_replaced']?.status, 'degraded');
    assert.equal(await tocsin.sum('tocsin_store_replaced_total', { reason: 'deleted' }), 1);
    assert.equal(errors(tocsin).length, 1, errors(tocsin).join('\n'));
    const second = new Child([bundleOf(), 'run'], { TOCSIN_DATA_DIR: tocsin.dataDirectory });
    assert.equal((await second.exited).code, 1);
    assert.match(second.stderr.join('\n'), /in use by another Tocsin/);
    await tocsin.stop('SIGKILL');
    await tocsin.start();
    assert.equal(await storedEvents(tocsin), 3);
    assert.deepEqual(await own(tocsin), ['StoreReplaced 1']);
  });

  test('the ledger closes over restarts', async (t) => {
    const tocsin = await started(t);
    assert.equal(await fail(tocsin, 1), 200);
    await tocsin.stop();
    await tocsin.start();
    assert.equal(await fail(tocsin, 2), 200);
    const { signals } = (await tocsin.api('/api/ledger')) as LedgerAnswer;
    const { received, unrouted } = signals.spans;
    assert.deepEqual([received, unrouted], [2, 2]);
    assert.equal(await tocsin.sum('tocsin_ledger_total', { fate: 'received' }), 1);
  });

  const unusable: [name: string, reason: string, spoil: (path: string) => void][] = [
    ['no database', 'corrupt', (path) => writeFileSync(path, 'this is no database '.repeat(1000))],
    ['of a newer version', 'newer', (path) => makeNewer(path)],
  ];
  for (const [name, reason, spoil] of unusable) {
    test(`the store is ${name}: it is set aside and told`, async (t) => {
      const tocsin = await started(t);
      assert.equal(await fail(tocsin, 1), 200);
      await tocsin.stop();
      spoil(join(tocsin.dataDirectory, 'tocsin.db'));
      await tocsin.start();
      assert.equal(await fail(tocsin, 2), 200);
      assert.equal(await storedEvents(tocsin), 1);
      assert.deepEqual(await own(tocsin), ['StoreReplaced 1']);
      const { status, components } = await tocsin.health();
      assert.equal(status, 'degraded');
      assert.match(components['store_replaced']!.detail!, /was set aside as/);
      assert.equal(await tocsin.sum('tocsin_store_replaced_total', { reason }), 1);
      assert.ok(readdirSync(tocsin.dataDirectory).includes(`tocsin.db.${reason}-1`));
      assert.match(errors(tocsin).join('\n'), /THE STORE WAS REPLACED/);
    });
  }

  test('thousands of idle connections and half-sent bodies do not keep an app out', async (t) => {
    const tocsin = await started(t);
    const { hostname, port } = new URL(tocsin.at.otlp);
    const crowd: Socket[] = [];
    t.after(() => {
      for (const socket of crowd) socket.destroy();
    });
    const half =
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{';
    for (let i = 0; i < 3000; i++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      crowd.push(socket);
      if (i % 2 === 0) socket.write(half);
      if (i % 100 === 0) await new Promise((resolve) => socket.once('connect', resolve));
    }
    assert.equal(await fail(tocsin, 1), 200);
    await eventually('the crowd to be bounded', async () => {
      return (await tocsin.sum('tocsin_connections_evicted_total', { listener: 'otlp_http' })) >= 2000;
    });
    assert.equal(await fail(tocsin, 2), 200);
    const resident = await tocsin.sum('process_resident_memory_bytes');
    assert.ok(resident < 300 * 2 ** 20, `${Math.round(resident / 2 ** 20)} MiB resident`);
  });

  test('a small disk: the store does not fill it, whatever is configured, and every failure is taken', async (t) => {
    if (!canMount()) return t.skip('a file system of its own cannot be mounted here');
    const tocsin = new TocsinProcess({}, {}, { diskMebibytes: 12 });
    t.after(() => tocsin.stop());
    await tocsin.start();
    assert.ok(tocsin.log.some((line) => line.includes('more than half of the disk')));
    assert.equal(await tocsin.sum('tocsin_store_max_bytes'), 6 * 2 ** 20);
    for (let id = 1; id <= 600; id++) {
      const words = Array.from({ length: 400 }, (_, i) => letters(id * 1000 + i)).join(' ');
      assert.equal(await fail(tocsin, id, words), 200, `failure ${id}`);
    }
    await tocsin.stop('SIGTERM');
    await tocsin.start();
    assert.equal(await fail(tocsin, 0x1000), 200);
    assert.equal((await tocsin.health()).components.store.status, 'healthy');
  });

  test('a full disk: failures are asked to come again, told in health, and taken when there is room', async (t) => {
    if (!canMount()) return t.skip('a file system of its own cannot be mounted here');
    const tocsin = new TocsinProcess({}, {}, { diskMebibytes: 4 });
    t.after(() => tocsin.stop());
    await tocsin.start();
    const large = (id: number): Promise<number> => fail(tocsin, id, `${'x'.repeat(2000)} ${id}`);
    assert.equal(await large(1), 200);
    const filler = join(tocsin.visibleData, 'filler');
    fillUp(filler);
    let taken = 1;
    let id = 2;
    await eventually('the store to be full', async () => {
      const status = await large(id++);
      if (status === 200) taken++;
      fillUp(filler);
      return status === 503;
    });
    const { components } = await tocsin.health();
    assert.equal(components.store.status, 'unhealthy');
    rmSync(filler);
    assert.equal(await large(id), 200);
    assert.equal((await tocsin.health()).components.store.status, 'healthy');
    assert.equal(await storedEvents(tocsin), taken + 1);
    await eventually('the outage to be an issue', async () => (await own(tocsin)).includes('StoreFailed 1'));
  });
});

/** A word of letters alone for each number: numbers in it would make failures alike. */
function letters(number: number): string {
  return number.toString().replace(/\d/g, (digit) => 'bcdfghjklm'[Number(digit)]!);
}

function bundleOf(): string {
  return join(import.meta.dirname, '../../dist/main.js');
}

function makeNewer(path: string): void {
  const code = `new (require('node:sqlite').DatabaseSync)(${JSON.stringify(path)}).exec('PRAGMA user_version = 999')`;
  execFileSync(process.execPath, ['-e', code]);
}
