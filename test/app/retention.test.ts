import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../config/support.ts';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { Program } from './process.ts';

const mib = 2 ** 20;

test('a store with a size of its own is kept at it while failures come in, and counts each', async (t) => {
  const directory = temporaryDirectory(t);
  const file = join(directory, 'tocsin.yaml');
  const listen = '127.0.0.1:0';
  writeFileSync(
    file,
    `store: {max_size: 4MiB, retention: 7d}\nintake: {http: {listen: ${listen}}, grpc: {listen: ${listen}}}\nmetrics: {listen: ${listen}}\nadmin: {listen: ${listen}}\n`,
  );
  const program = new Program(t, ['run', '--config', file], {
    TOCSIN_DATA_DIR: join(directory, 'data'),
    TOCSIN_ADMIN_TOKEN: 'token-for-the-tests',
  });
  const { otlp, metrics, admin } = await program.listening();
  const valueOf = async (series: string): Promise<number> => {
    const text = await (await fetch(`${metrics}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1));
  };
  const requests = 60;
  for (let request = 0; request < requests; request++) {
    const spans = Array.from({ length: 10 }, (_, i) => {
      const id = request * 10 + i + 1;
      const stack = `Error: it\n    at f (/app/f.js:1:1)\n${String(id).padEnd(20_000, 'x')}`;
      return { id, trace: id, failed: true, exceptions: [{ type: 'Error', message: 'it', stack }] };
    });
    const body = new Uint8Array(traceRequestBytes(spans));
    const headers = { 'content-type': 'application/x-protobuf' };
    // A machine that is busy may need more than the 250 ms that an app is held up for.
    await eventually(`request ${request} to be taken`, async () => {
      const { status } = await fetch(`${otlp}/v1/traces`, { method: 'POST', headers, body });
      assert.ok(status === 200 || status === 503, `${status}`);
      return status === 200;
    });
  }
  assert.equal(await valueOf('tocsin_store_max_bytes'), 4 * mib);
  // The log, which may have as many pages as one step writes, becomes smaller only when nothing has been stored for a while.
  await eventually('it to be at its size', async () => {
    const evicted = await valueOf('tocsin_store_events_evicted_total{reason="size"}');
    return evicted > 300 && (await valueOf('tocsin_store_bytes')) <= 5 * mib;
  });
  const headers = { authorization: 'Bearer token-for-the-tests' };
  const { items } = (await (await fetch(`${admin}/api/issues`, { headers })).json()) as {
    items: { count: number }[];
  };
  assert.deepEqual(
    items.map(({ count }) => count),
    [requests * 10],
  );
  assert.ok(program.log.some(({ msg }) => /store has reached store\.max_size/.test(msg)));
});
