import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { manifestFile, releaseOf } from '../../bench/otelcol/binary.ts';
import { type Signal, signals } from '../../src/otlp/signal.ts';
import { factsOf, itemsIn } from '../conformance/signals.ts';
import { spanLedger } from '../e2e/support/forwarded.ts';
import { closes } from '../support/ledger-accounts.ts';
import { TocsinProcess } from '../e2e/support/tocsin.ts';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { decode } from '../support/otlp-reference.ts';

const run = promisify(execFile);
const work = mkdtempSync(join(tmpdir(), 'tocsin-telemetrygen-'));
const program = join(work, 'telemetrygen');

/** Of one release with the Collector that is measured beside. */
const release = releaseOf(readFileSync(manifestFile, 'utf8'));
const package_ = 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen';

const workers = 3;
/** Of each worker: traces, log records or metrics with one point. */
const each = 400;
const childSpans = 4;
const itemsOf: Readonly<Record<Signal, number>> = {
  traces: workers * each * (1 + childSpans),
  logs: workers * each,
  metrics: workers * each,
};

/** The generator that the Collector's own authors test it with. */
suite('what telemetrygen sends is counted, and forwarded, all of it', { timeout: 600_000 }, () => {
  const backEnd = new OtlpBackEnd();
  let tocsin: TocsinProcess;
  before(
    async () => {
      const env = { ...process.env, GOBIN: work, GOFLAGS: '-modcacherw', CGO_ENABLED: '0' };
      await run('go', ['install', `${package_}@v${release}`], { env });
      tocsin = new TocsinProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: await backEnd.start() });
      await tocsin.start();
    },
    // With caches that are empty it is a minute or two.
    { timeout: 500_000 },
  );
  after(async () => {
    await tocsin?.stop();
    await backEnd.stop();
    rmSync(work, { recursive: true, force: true });
  });

  const ledger = (signal: Signal, fate: string): Promise<number> =>
    tocsin.sum('tocsin_ledger_total', { signal: factsOf[signal].items, fate });
  const arrived = (signal: Signal): number =>
    backEnd.received
      .filter(({ path }) => path === factsOf[signal].path)
      .reduce((sum, { body }) => sum + itemsIn(decode(factsOf[signal].request, body)).length, 0);

  const send = async (signal: Signal, args: readonly string[], compression: string): Promise<void> => {
    const { protocol, hostname, port } = new URL(
      args.includes('--otlp-http') ? tocsin.at.otlp : tocsin.at.grpc,
    );
    assert.equal(protocol, 'http:');
    const common = ['--otlp-insecure', '--otlp-endpoint', `${hostname}:${port}`, '--rate', '0'];
    const amount = ['--workers', String(workers), `--${signal}`, String(each)];
    const more = signal === 'traces' ? ['--child-spans', String(childSpans)] : [];
    // What its SDK has no room for it drops itself.
    const room = { OTEL_BSP_MAX_QUEUE_SIZE: String(itemsOf.traces) };
    const env = { ...process.env, ...room, OTEL_EXPORTER_OTLP_COMPRESSION: compression };
    await run(program, [signal, ...common, ...amount, ...more, ...args], { env, timeout: 120_000 });
  };

  for (const [protocol, args] of [
    ['gRPC', []],
    ['HTTP', ['--otlp-http']],
  ] as const) {
    for (const compression of ['none', 'gzip']) {
      for (const signal of signals) {
        test(`${signal} over ${protocol}, with the compression ${compression}`, async () => {
          const items = itemsOf[signal];
          const before = { ledger: await ledger(signal, 'received'), sink: arrived(signal) };
          await send(signal, args, compression);
          assert.equal((await ledger(signal, 'received')) - before.ledger, items, 'received');
          await eventually('all of it to be forwarded', () => arrived(signal) - before.sink >= items);
          assert.equal(arrived(signal) - before.sink, items, 'forwarded');
        });
      }
    }
  }

  test('nothing was refused, dropped, lost or taken for a retry, and the ledger closes', async () => {
    const requests = await tocsin.sum('tocsin_intake_requests_total');
    assert.ok(requests > 0);
    assert.equal(await tocsin.sum('tocsin_intake_requests_total', { code: '200' }), requests);
    for (const signal of signals)
      await eventually(`the ledger of ${signal}`, async () => {
        const forwarded = await ledger(signal, 'forwarded');
        return forwarded === (await ledger(signal, 'received')) && forwarded === 4 * itemsOf[signal];
      });
    assert.ok(closes(await spanLedger(tocsin)));
  });
});
