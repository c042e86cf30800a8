import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { get as httpsGet } from 'node:https';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { credentials, status } from '@grpc/grpc-js';
import { compose } from '../../src/app/composition/compose.ts';
import { Degradations } from '../../src/app/composition/degradations.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { temporaryDirectory, write } from '../config/support.ts';
import { clientOf, exportPath } from '../intake/grpc/support.ts';
import { certificates } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { TestClock } from '../support/test-clock.ts';
import { metricOf, sendSpans, start as startProgram, takenPort } from './support.ts';

const any = '127.0.0.1:0';
const path = exportPath('traces');
const good = traceRequestBytes([{ id: 1 }, { id: 2 }]);

/** The real composition, with what it is told of the listeners for OTLP. */
async function start(
  t: TestContext,
  given: { http?: object; grpc?: object; forward?: object; traces?: object; inFlight?: string } = {},
) {
  const configuration = configurationSchema.parse({
    intake: {
      http: { listen: any, ...given.http },
      grpc: { listen: any, ...given.grpc },
      max_in_flight: given.inFlight ?? '4MiB',
    },
    metrics: { listen: any },
    admin: { listen: any },
    forward: { ...given.forward, compression: 'none' },
    telemetry: { traces: given.traces ?? {} },
  });
  const [clock, log, degradations] = [new TestClock(), new RecordingLog(), new Degradations()];
  const receiver = new RecordingReceiver('chat');
  let firstRequests = 0;
  const tocsin = compose(configuration, {
    clock,
    log,
    degradations,
    store: new InlineStore(),
    receivers: [receiver],
    tokens: [],
    journalDirectory: join(temporaryDirectory(t), 'journal'),
    processMetrics: () => Promise.resolve(''),
    random: () => 0,
    onFirstRequest: () => firstRequests++,
  });
  await tocsin.start();
  t.after(() => tocsin.stop());
  const { otlpHttp, otlpGrpc, metrics } = tocsin.addresses();
  const at = `http://127.0.0.1:${metrics.port}`;
  return {
    tocsin,
    clock,
    log,
    degradations,
    receiver,
    otlp: `http://127.0.0.1:${otlpHttp.port}`,
    grpcPort: otlpGrpc?.port ?? 0,
    firstRequests: () => firstRequests,
    metric: async (series: string): Promise<number> => {
      const text = await (await fetch(`${at}/metrics`)).text();
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.slice(series.length + 1) ?? 0,
      );
    },
    health: async () =>
      (await (await fetch(`${at}/health`)).json()) as { components: { intake: { status: string } } },
  };
}

const ledger = (fate: string): string => `tocsin_ledger_total{signal="spans",fate="${fate}"}`;

suite('what is sent over gRPC', () => {
  test('makes issues of failures and tells people, as over HTTP', async (t) => {
    const { grpcPort, receiver, metric, firstRequests } = await start(t);
    const { call } = clientOf(t, grpcPort, { gzip: true });
    const failed = traceRequestBytes([{ id: 1, kind: 2, failed: true, exceptions: [{ type: 'CardError' }] }]);
    assert.equal((await call(path, failed)).code, status.OK);
    await eventually('a message', () => receiver.shown.length > 0);
    assert.equal(await metric(ledger('received')), 1);
    assert.equal(await metric('tocsin_intake_requests_total{signal="traces",protocol="grpc",code="200"}'), 1);
    assert.equal(firstRequests(), 1);
  });

  test('is known again if it was sent before, by whichever protocol', async (t) => {
    const { grpcPort, otlp, metric } = await start(t);
    assert.equal(await sendSpans(otlp, { id: 1 }, { id: 2 }), 200);
    assert.equal((await clientOf(t, grpcPort).call(path, good)).code, status.OK);
    assert.equal((await clientOf(t, grpcPort, { gzip: true }).call(path, good)).code, status.OK);
    assert.equal(await metric(ledger('duplicate')), 4);
    assert.equal(await metric(ledger('received')), 6);
  });

  test('has the bound on what is in memory in common with HTTP', async (t) => {
    const { grpcPort, otlp, health } = await start(t, { inFlight: '512KiB' });
    // Of a field that nobody knows; two of them are more than large requests may have.
    const large = Buffer.concat([
      good,
      Buffer.of(0xfa, 0x3e, 0x80, 0x80, 0x10),
      Buffer.alloc(0x80 * 0x80 * 0x10),
    ]);
    const { call } = clientOf(t, grpcPort);
    assert.equal((await call(path, large)).code, status.OK);
    const slow = request(`${otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-length': large.length },
    });
    slow.once('error', () => undefined).setHeader('content-type', 'application/x-protobuf');
    slow.write(large.subarray(0, -1));
    await eventually(
      'there to be no room',
      async () => (await call(path, large)).code === status.UNAVAILABLE,
    );
    assert.equal((await health()).components.intake.status, 'degraded', 'as health says of it');
    slow.destroy();
    await eventually('there to be room', async () => (await call(path, large)).code === status.OK);
  });

  test('is refused if this Tocsin has forwarded it, and taken if another has', async (t) => {
    const backEnd = new OtlpBackEnd();
    t.after(() => backEnd.stop());
    const { grpcPort, metric } = await start(t, { forward: { endpoint: await backEnd.start() } });
    const { call } = clientOf(t, grpcPort);
    await call(path, good, { metadata: { 'tocsin-instance': 'somebody else' } });
    await eventually('it to be forwarded', () => backEnd.received.length === 1);
    const own = String(backEnd.received[0]!.headers['tocsin-instance']);
    const { code } = await call(path, good, { metadata: { 'tocsin-instance': own } });
    assert.equal(code, status.FAILED_PRECONDITION);
    assert.equal(await metric(ledger('received')), 2);
  });

  test('is not traced if it is the traces of another Tocsin', async (t) => {
    const traces = new OtlpBackEnd();
    traces.otherwise = { headers: { 'content-type': 'application/json' }, body: '{}' };
    t.after(() => traces.stop());
    const { grpcPort, tocsin } = await start(t, { traces: { endpoint: await traces.start() } });
    const { call } = clientOf(t, grpcPort);
    await call(path, good, { metadata: { 'tocsin-own-traces': '1' } });
    await call(path, traceRequestBytes([{ id: 3 }]));
    await tocsin.stop();
    const names = traces.received.flatMap(({ body }) => [...body.toString().matchAll(/"name":"receive"/g)]);
    assert.equal(names.length, 1);
  });

  test('would be forwarded to itself if the endpoint is the port for gRPC, so it is not', async (t) => {
    const { address, free } = await takenPort(t);
    await free();
    const { log } = await start(t, { grpc: { listen: address }, forward: { endpoint: `http://${address}` } });
    assert.match([...log.errors, ...log.warnings].join(), /OTLP\/gRPC listener/);
  });

  test('is not taken where there is to be no listener for it', async (t) => {
    const { tocsin } = await start(t, { grpc: { listen: '' } });
    assert.equal(tocsin.addresses().otlpGrpc, undefined);
  });
});

suite('OTLP over TLS', () => {
  const { server, client } = certificates;
  const filesFor = (t: TestContext) => {
    const directory = temporaryDirectory(t);
    return { cert: write(directory, 'tls.crt', server.cert), key: write(directory, 'tls.key', server.key) };
  };
  /** What a client that trusts this certificate alone gets to know. */
  const grpcCode = async (t: TestContext, port: number, cert: string): Promise<status> =>
    (await clientOf(t, port, { credentials: credentials.createSsl(Buffer.from(cert)) }).call(path, good))
      .code;
  const httpStatus = (url: string, ca: string): Promise<number | string | undefined> =>
    new Promise((resolve) => {
      httpsGet(url.replace('http:', 'https:'), { ca, agent: false }, ({ statusCode }) =>
        resolve(statusCode),
      ).once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    });

  test('shows the certificate in the files, and says so', async (t) => {
    const tls = filesFor(t);
    const { grpcPort, otlp, tocsin } = await start(t, { http: { tls }, grpc: { tls } });
    assert.equal(await grpcCode(t, grpcPort, server.cert), status.OK);
    assert.equal(await grpcCode(t, grpcPort, client.cert), status.UNAVAILABLE);
    assert.equal(await httpStatus(otlp, server.cert), 404);
    const { otlpHttp, otlpGrpc } = tocsin.addresses();
    assert.deepEqual([otlpHttp.isTls, otlpGrpc?.isTls], [true, true]);
  });

  test('shows another one when the files have changed, and goes on with the one it had while they cannot be used', async (t) => {
    const tls = filesFor(t);
    const { grpcPort, otlp, degradations, log, clock } = await start(t, { http: { tls }, grpc: { tls } });
    const parts = ['otlp_certificate', 'otlp_grpc_certificate'] as const;
    const isDegraded = (): boolean[] => parts.map((part) => degradations.get(part) !== undefined);
    const untilIt = (what: string, is: () => boolean): Promise<boolean> =>
      eventually(what, () => {
        clock.advance(200);
        return is();
      });
    writeFileSync(tls.cert, client.cert);
    await untilIt('it to be noticed', () => isDegraded().every(Boolean));
    assert.match(log.errors[0]!, /tls\.cert: the file cannot be used/);
    assert.equal(await grpcCode(t, grpcPort, server.cert), status.OK);
    assert.equal(await httpStatus(otlp, server.cert), 404);
    writeFileSync(tls.key, client.key);
    await untilIt('it to be taken over', () => !isDegraded().some(Boolean));
    assert.equal(await grpcCode(t, grpcPort, client.cert), status.OK);
    assert.equal(await httpStatus(otlp, client.cert), 404);
  });

  for (const protocol of ['http', 'grpc'] as const) {
    test(`is only configured whole, and with files that can be used: ${protocol}`, (t) => {
      const tls = filesFor(t);
      const mistakes = (given: object): string[] => {
        const { error } = configurationSchema.safeParse({ intake: { [protocol]: { tls: given } } });
        return (error?.issues ?? []).map(({ path: at, message }) => `${at.join('.')}: ${message}`);
      };
      assert.deepEqual(mistakes(tls), []);
      const at = `intake.${protocol}.tls`;
      assert.match(mistakes({ cert: tls.cert })[0]!, new RegExp(`^${at}.cert: key is missing`));
      assert.match(mistakes({ ...tls, cert: '/nowhere' })[0]!, new RegExp(`^${at}.cert: .*no such file`));
      assert.match(mistakes({ ...tls, key: tls.cert })[0]!, new RegExp(`^${at}\\.(cert|key): `));
    });
  }
});

test('run --fail-open leaves the listener for gRPC out if its port is taken', async (t) => {
  const taken = await takenPort(t);
  const yaml = [
    `intake: {http: {listen: "${any}"}, grpc: {listen: "${taken.address}"}}`,
    `metrics: {listen: "${any}"}`,
    `admin: {listen: "${any}"}`,
  ].join('\n');
  const { program } = startProgram(t, { yaml, args: ['--fail-open'] });
  const { metrics, otlp } = await program.listening();
  await program.logged(/^NOT LISTENING: OTLP\/gRPC listener: .* is taken/);
  assert.equal(await metricOf(metrics, 'tocsin_fail_open'), 1);
  assert.equal(await sendSpans(otlp, { id: 1 }), 200);
  program.signal('SIGTERM');
  assert.equal((await program.ended).code, 0);
});

test('the greeting says where OTLP over gRPC goes', async (t) => {
  const { program } = startProgram(t);
  await program.listening();
  const { msg } = await program.logged(/^send OTLP over gRPC to http:\/\/127\.0\.0\.1:\d+$/);
  const port = Number(new URL(msg.split(' ').at(-1)!).port);
  assert.equal((await clientOf(t, port).call(path, good)).code, status.OK);
});
