import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { OtlpHttp } from '../../src/intake/otlp-http.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { Events } from '../../src/telemetry/events.ts';
import { eventually } from '../support/eventually.ts';
import { RecordingLog } from '../support/recording-log.ts';

const type = 'Content-Type: application/x-protobuf';
const maxInFlightBytes = 4 * 2 ** 20;
const slow = 40;

suite('bodies that are sent so slowly that they never end', () => {
  const registry = new MetricRegistry();
  const otlp = new OtlpHttp(
    { maxBodyBytes: 2 ** 20, maxInFlightBytes },
    { receive: () => Promise.resolve({ items: 0, rejected: 0 }) },
    new Events(registry, new RecordingLog(), new SeriesBudget(1000)),
  );
  const timeouts = { requestTimeout: 1_000, headersTimeout: 1_000, connectionsCheckingInterval: 50 };
  const server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, otlp.listener, timeouts);
  before(() => server.start());
  after(() => server.stop());

  const begin = (bytes: number): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connect(server.address.port, '127.0.0.1', () => {
        socket.write(`POST /v1/traces HTTP/1.1\r\nHost: a\r\n${type}\r\nContent-Length: 1000000\r\n\r\n`);
        socket.write('x'.repeat(bytes), () => resolve(socket));
      });
      // What it is answered is read, or it would never be seen to end.
      socket.on('error', () => undefined).resume();
    });
  const post = async (bytes: number): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${server.address.port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(bytes),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const counted = (code: string): number => {
    const series = `tocsin_intake_requests_total{signal="traces",protocol="http/protobuf",code="${code}"} `;
    const line = [...registry.expose()]
      .join('')
      .split('\n')
      .find((each) => each.startsWith(series));
    return Number(line?.slice(series.length) ?? 0);
  };

  test('keep no small one out, are cut off and counted, and give their room back', async () => {
    const sockets = await Promise.all(Array.from({ length: slow }, () => begin(200_000)));
    assert.equal(await post(1_000), 200);
    await eventually('all to be closed', () => sockets.every(({ destroyed }) => destroyed));
    await eventually('all to be counted', () => counted('400') + counted('503') === slow);
    assert.ok(counted('400') > 0 && counted('503') > 0, `${counted('400')} and ${counted('503')}`);
    // Nearly all that there is at once.
    assert.deepEqual(await Promise.all([post(2 ** 20), post(2 ** 20), post(2 ** 20)]), [200, 200, 200]);
  });
});
