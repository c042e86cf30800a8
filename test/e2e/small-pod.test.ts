import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { runsImage, TocsinProcess } from './support/tocsin.ts';

const mebibyte = 2 ** 20;
const rounds = 5;
const senders = 20;

interface ChartValues {
  config: { intake: { max_body: string; max_in_flight: string }; forward: { max_queue: string } };
  resources: { limits: { memory: string } };
}

const chartValues = new URL('../../helm/tocsin/values.yaml', import.meta.url);
const { config, resources } = parse(readFileSync(chartValues, 'utf8')) as ChartValues;
const limit = mebibytesOf(resources.limits.memory);
const maxBody = mebibytesOf(config.intake.max_body);
const maxQueue = mebibytesOf(config.forward.max_queue);

/** Nothing listens there, so that what is to be forwarded waits. */
const deadBackEnd = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
// Only a container has a limit.
const options = { skip: runsImage ? false : 'runs on the image: .ci/image' };

/** The chart's limit on memory and its bounds on requests are chosen together: a sender that does its worst must not have Tocsin killed. */
suite('in a pod as small as the chart makes it', options, () => {
  const tocsin = new TocsinProcess({ ...deadBackEnd, MEMORY_LIMIT: String(limit * mebibyte) }, config);
  before(() => tocsin.start());
  after(async () => assert.deepEqual(await tocsin.stop(), { code: 0, signal: null }));

  const send = async (body: Buffer, headers: Record<string, string> = {}): Promise<number> => {
    const response = await fetch(`${tocsin.at.otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', ...headers },
      body: new Uint8Array(body),
    });
    await response.arrayBuffer();
    return response.status;
  };

  const worst: [name: string, body: () => Buffer, headers: Record<string, string>][] = [
    ['gzip bombs', () => gzipSync(Buffer.alloc((maxBody - 1) * mebibyte)), { 'content-encoding': 'gzip' }],
    ['bodies of the largest size', () => Buffer.alloc(maxBody * mebibyte), {}],
    ['requests of nothing but failures', () => failures(5_000), {}],
    ['small requests', () => failures(1), {}],
  ];
  for (const [name, body, headers] of worst) {
    test(`goes on under ${name}, ${senders} at once`, async () => {
      for (let round = 0; round < rounds; round++) {
        const bodies = Array.from({ length: senders }, body);
        const statuses = await Promise.all(bodies.map((each) => send(each, headers)));
        assert.deepEqual(
          statuses.filter((status) => ![200, 400, 503].includes(status)),
          [],
        );
      }
    });
  }

  test('is the same process afterwards, and takes what comes', async () => {
    assert.equal(tocsin.log.filter((line) => line.includes('send OTLP to')).length, 1);
    // What the store was given is worked off first.
    await eventually('a 200', async () => (await send(failures(1))) === 200);
    const [inMemory, onDisk] = await Promise.all([
      tocsin.sum('tocsin_forward_queue_bytes'),
      tocsin.sum('tocsin_forward_spool_bytes'),
    ]);
    const waiting = (inMemory + onDisk) / mebibyte;
    assert.ok(waiting > maxQueue / 2, `${waiting} MiB wait to be forwarded`);
    const resident = (await tocsin.sum('process_resident_memory_bytes')) / mebibyte;
    process.stdout.write(`${Math.round(resident)} MiB resident, the limit is ${limit} MiB\n`);
  });
});

let traces = 0;

/** Each of a trace of its own: a body that came before would be taken for a retry, and cost nothing. */
function failures(count: number): Buffer {
  const trace = ++traces;
  const span = (index: number) => ({
    id: index + 1,
    trace,
    failed: true,
    exceptions: [{ type: `Failure${index % 100}`, message: `order ${index} was not paid` }],
  });
  return traceRequestBytes(Array.from({ length: count }, (_, index) => span(index)));
}

function mebibytesOf(size: string): number {
  return Number(/^(\d+)MiB?$|^(\d+)Mi$/.exec(size)?.slice(1).find(Boolean));
}
