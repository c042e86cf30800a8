import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { OtlpHttp } from '../../src/intake/otlp-http.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { StoreUnavailable } from '../../src/pipeline/failures/event-recorder.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { nextTurn } from '../../src/runtime/next-turn.ts';
import { Events } from '../../src/telemetry/events.ts';
import { RecordingLog } from '../support/recording-log.ts';

const length = 200_000;

suite('the memory of a body', () => {
  const bodies: Uint8Array[] = [];
  let isFailing = false;
  const otlp = new OtlpHttp(
    { maxBodyBytes: 2 ** 20, maxInFlightBytes: 2 ** 26 },
    {
      receive: async (_signal, _encoding, body) => {
        bodies.push(body);
        const before = body[0];
        for (let turn = 0; turn < 5; turn++) await nextTurn();
        assert.equal(body.length, length);
        assert.ok(
          body.every((byte) => byte === before),
          'another request was written over it',
        );
        if (isFailing) throw new StoreUnavailable('no');
        return { items: 0, rejected: 0 };
      },
    },
    new Events(new MetricRegistry(), new RecordingLog(), new SeriesBudget(1000)),
  );
  const server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, otlp.listener);
  before(() => server.start());
  after(() => server.stop());

  const send = async (byte: number): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${server.address.port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(length).fill(byte),
    });
    await answer.arrayBuffer();
    return answer.status;
  };

  test('is freed once it is answered, and not before', async () => {
    for (let round = 0; round < 5; round++) {
      const statuses = await Promise.all(Array.from({ length: 12 }, (_, byte) => send(byte + 1)));
      assert.deepEqual(new Set(statuses), new Set([200]));
    }
    assert.deepEqual(new Set(bodies.map((body) => body.length)), new Set([0]));
  });

  test('is left alone where it was refused: it may still be written to disk', async () => {
    bodies.length = 0;
    isFailing = true;
    assert.equal(await send(7), 503);
    isFailing = false;
    assert.equal(bodies[0]!.length, length);
    assert.ok(bodies[0]!.every((byte) => byte === 7));
  });
});
