import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { status } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { exportsOf } from '../../../src/intake/exports.ts';
import { eventually } from '../../support/eventually.ts';
import { decode, encode } from '../../support/otlp-reference.ts';
import { framed, rawGrpc } from '../../support/raw-grpc.ts';
import { clientOf, startGrpc } from './support.ts';

/** github.com/grpc/grpc-proto, grpc/health/v1/health.proto. */
const types = protobuf.parse(`
  syntax = "proto3";
  message HealthCheckRequest { string service = 1; }
  message HealthCheckResponse {
    enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
    ServingStatus status = 1;
  }
  message HealthListResponse { map<string, HealthCheckResponse> statuses = 1; }
`).root;
const [serving, notServing, serviceUnknown] = [1, 2, 3];

const method = (name: string): string => `/grpc.health.v1.Health/${name}`;
const requestFor = (service: string): Uint8Array =>
  encode(types.lookupType('HealthCheckRequest'), { service });
const statusIn = (response: Uint8Array): number =>
  (decode(types.lookupType('HealthCheckResponse'), response) as { status: number }).status;
const services = ['', ...Object.values(exportsOf).map(({ service }) => service)];

/** Statuses that a watcher was told, as they come. */
async function watch(t: TestContext, port: number, service: string) {
  const { client } = clientOf(t, port);
  const same = (bytes: Buffer): Buffer => bytes;
  const told: number[] = [];
  const request = Buffer.from(requestFor(service));
  const watching = client.makeServerStreamRequest(method('Watch'), same, same, request);
  watching.on('data', (response: Buffer) => told.push(statusIn(response)));
  const ended = new Promise<status>((resolve) => {
    watching.on('error', () => undefined);
    watching.on('status', ({ code }) => resolve(code));
  });
  await eventually('the first status', () => told.length > 0);
  return { told, ended, cancel: () => watching.cancel() };
}

suite('grpc.health.v1.Health', () => {
  for (const service of services) {
    test(`says of ${service === '' ? 'everything' : service} whether it serves`, async (t) => {
      const { port, readiness } = await startGrpc(t);
      const { call } = clientOf(t, port);
      const check = async (): Promise<number> =>
        statusIn((await call(method('Check'), requestFor(service))).response);
      assert.equal(await check(), serving);
      readiness.set(false);
      assert.equal(await check(), notServing);
    });
  }

  test('does not know other services', async (t) => {
    const { port } = await startGrpc(t);
    const { code } = await clientOf(t, port).call(method('Check'), requestFor('shop.Orders'));
    assert.equal(code, status.NOT_FOUND);
  });

  test('lists all of them', async (t) => {
    const { port } = await startGrpc(t);
    const { response } = await clientOf(t, port).call(method('List'), Buffer.alloc(0));
    const { statuses } = decode(types.lookupType('HealthListResponse'), response) as {
      statuses: Record<string, { status: number }>;
    };
    assert.deepEqual(Object.keys(statuses).sort(), [...services].sort());
    for (const service of services) assert.equal(statuses[service]!.status, serving);
  });

  test('tells who watches of every change, and of the end', async (t) => {
    const { port, readiness, server } = await startGrpc(t);
    const { told, ended } = await watch(t, port, '');
    for (const isReady of [false, false, true, false]) readiness.set(isReady);
    await eventually('the changes', () => told.length === 4);
    assert.deepEqual(told, [serving, notServing, serving, notServing]);
    const from = performance.now();
    await server.stop();
    assert.equal(await ended, status.UNAVAILABLE);
    assert.ok(performance.now() - from < 500, 'it is not waited for');
  });

  test('lets who watches a service that is not there wait for it', async (t) => {
    const { port } = await startGrpc(t);
    const { told, cancel, ended } = await watch(t, port, 'shop.Orders');
    assert.deepEqual(told, [serviceUnknown]);
    cancel();
    assert.equal(await ended, status.CANCELLED);
  });

  test('has a bounded number of watchers, and forgets those that are gone', async (t) => {
    const { port, admission } = await startGrpc(t);
    const [first, second] = [rawGrpc(t, port), rawGrpc(t, port)];
    const watching = Array.from({ length: 100 }, () => first.begin(method('Watch')));
    for (const { stream } of watching) stream.end(framed(requestFor('')));
    await Promise.all(
      watching.map(({ stream }) => new Promise((resolve) => stream.once('response', resolve))),
    );
    const { trailers } = await second.send(method('Watch'), [framed(requestFor(''))]);
    assert.equal(trailers['grpc-status'], String(status.RESOURCE_EXHAUSTED));
    watching[0]!.stream.close(8);
    await eventually('room', async () => {
      const { stream, answer } = second.begin(method('Watch'));
      stream.end(framed(requestFor('')));
      const refused = await Promise.race([
        answer,
        new Promise((resolve) => stream.once('data', () => resolve(undefined))),
      ]);
      return refused === undefined;
    });
    assert.equal(admission.bytesInUse, 0);
  });

  const refused: [name: string, request: Uint8Array, code: status][] = [
    ['what is no message', Buffer.of(0x0a, 5, 1), status.INVALID_ARGUMENT],
    ['what is too large', Buffer.alloc(2000), status.RESOURCE_EXHAUSTED],
  ];
  for (const [name, request, code] of refused) {
    test(`refuses ${name}`, async (t) => {
      const { port } = await startGrpc(t);
      assert.equal((await clientOf(t, port).call(method('Check'), request)).code, code);
    });
  }

  test('passes over fields that it does not know', async (t) => {
    const { port } = await startGrpc(t);
    const request = Buffer.concat([Buffer.of(0x12, 1, 120, 0x18, 7), requestFor('')]);
    assert.equal((await clientOf(t, port).call(method('Check'), request)).code, status.OK);
  });
});
