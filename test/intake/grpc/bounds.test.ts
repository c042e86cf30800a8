import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import type { Accepted } from '../../../src/pipeline/acceptor.ts';
import { eventually } from '../../support/eventually.ts';
import { framed, rawGrpc } from '../../support/raw-grpc.ts';
import {
  clientOf,
  exportPath,
  gate,
  good,
  maxBodyBytes,
  paddedTo,
  retryDelayMillis,
  startGrpc,
} from './support.ts';

const traces = exportPath('traces');
const none: Accepted = { items: 0, rejected: 0 };

suite('OTLP over gRPC holds its bounds', () => {
  test('asks to come again when too many bytes are in memory, and takes requests again afterwards', async (t) => {
    const { port, state, admission } = await startGrpc(t);
    const { call } = clientOf(t, port);
    const { opened, open } = gate();
    state.next = async () => {
      await opened;
      return none;
    };
    const large = paddedTo(maxBodyBytes);
    const calls = Array.from({ length: 8 }, () => call(traces, large));
    const early = await Promise.race(calls);
    assert.equal(early.code, status.UNAVAILABLE);
    assert.equal(retryDelayMillis(early), 1000);
    open();
    const codes = (await Promise.all(calls)).map(({ code }) => code);
    assert.ok(codes.includes(status.OK), codes.join());
    assert.equal(admission.bytesInUse, 0);
    assert.equal((await call(traces, large)).code, status.OK);
  });

  test('claims what is inflated, too', async (t) => {
    const { port, state, admission } = await startGrpc(t);
    const { opened, open } = gate();
    state.next = async () => {
      await opened;
      return none;
    };
    const asked = clientOf(t, port, { gzip: true }).call(traces, paddedTo(maxBodyBytes));
    await eventually('the request', () => admission.bytesInUse > maxBodyBytes);
    open();
    assert.equal((await asked).code, status.OK);
    assert.equal(admission.bytesInUse, 0);
  });

  test('takes no more room for a message than a part of it needs, however long it says it is', async (t) => {
    const { port, admission } = await startGrpc(t);
    const { begin } = rawGrpc(t, port);
    const { stream } = begin(traces);
    stream.write(framed(Buffer.alloc(maxBodyBytes)).subarray(0, 100));
    await eventually('it to come', () => admission.bytesInUse > 0);
    assert.equal(admission.bytesInUse, 256 * 1024);
    stream.close();
    await eventually('it to be given back', () => admission.bytesInUse === 0);
  });

  test('ends a request that does not come to its end, and says why', async (t) => {
    const { port, admission, clock, state } = await startGrpc(t);
    const { stream, answer } = rawGrpc(t, port).begin(traces);
    stream.write(framed(good).subarray(0, 20));
    await eventually('it to come', () => admission.bytesInUse > 0);
    clock.advance(30_000);
    const { trailers } = await answer;
    assert.equal(trailers['grpc-status'], String(status.DEADLINE_EXCEEDED));
    assert.deepEqual([admission.bytesInUse, state.accepted], [0, []]);
  });

  test('does not wait for ever for a client to read its answer', async (t) => {
    const { port, clock, state } = await startGrpc(t);
    const { session, begin } = rawGrpc(t, port);
    await new Promise<void>((resolve) => session.settings({ initialWindowSize: 0 }, () => resolve()));
    const { stream, answer } = begin(traces);
    stream.end(framed(good));
    await eventually('it to be taken', () => state.accepted.length === 1);
    await new Promise(setImmediate);
    clock.advance(30_000);
    assert.equal((await answer).resetCode, 8);
  });

  test('lives through calls that are cancelled at any point', async (t) => {
    const { port, admission } = await startGrpc(t);
    const { begin } = rawGrpc(t, port);
    const whole = framed(good);
    for (const bytes of [0, 3, 5, 50, whole.length]) {
      for (const isEnded of [false, true]) {
        const { stream, answer } = begin(traces);
        stream.write(whole.subarray(0, bytes));
        if (isEnded) stream.end();
        await new Promise(setImmediate);
        stream.close(8);
        await answer;
      }
    }
    await eventually('everything to be given back', () => admission.bytesInUse === 0);
    assert.equal((await clientOf(t, port).call(traces, good)).code, status.OK);
  });

  test('takes no more calls at once on one connection than it says', async (t) => {
    const { port } = await startGrpc(t);
    const { session, begin } = rawGrpc(t, port);
    await eventually('its settings', () => session.remoteSettings.maxConcurrentStreams === 100);
    const begun = Array.from({ length: 150 }, () => begin(traces));
    for (const { stream } of begun) stream.end(framed(good));
    const answers = await Promise.all(begun.map(({ answer }) => answer));
    assert.deepEqual(new Set(answers.map(({ trailers }) => trailers['grpc-status'])), new Set(['0']));
  });
});
