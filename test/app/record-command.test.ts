import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { temporaryDirectory, write } from '../config/support.ts';
import { clientOf, exportPath } from '../intake/grpc/support.ts';
import { eventually } from '../support/eventually.ts';
import { kind, traceRequestBytes } from '../support/otlp-builders.ts';
import { Program } from './process.ts';

const attributes = { 'http.request.header.authorization': 'Bearer abcdefghijkl', 'url.path': '/order' };
const failing = traceRequestBytes([
  {
    id: 1,
    name: 'POST /order',
    kind: kind.server,
    failed: true,
    attributes,
    exceptions: [{ type: 'CardError', message: 'card 4111111111111111 of jane@example.com was refused' }],
  },
]);

suite('the command record', { concurrency: 4 }, () => {
  test('writes what arrives without secrets, so that it can be replayed', async (t) => {
    const directory = temporaryDirectory(t);
    const file = join(directory, 'a.ndjson');
    const config = write(
      directory,
      'c.yaml',
      'intake: {http: {listen: "127.0.0.1:0"}, grpc: {listen: "127.0.0.1:0"}}',
    );
    const program = new Program(t, ['record', '--config', config, file]);
    const url = await eventually('the listener', () => /send OTLP to (http:\S+);/.exec(program.output)?.[1]);
    const send = async (path: string, body: Uint8Array, type: string): Promise<number> => {
      const headers = { 'content-type': type };
      return (await fetch(`${url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) })).status;
    };
    assert.equal(await send('/v1/traces', failing, 'application/x-protobuf'), 200);
    const logs = Buffer.from(
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}',
    );
    assert.equal(await send('/v1/logs', logs, 'application/json'), 200);
    const grpcPort = Number(/over gRPC to http:\S+:(\d+)/.exec(program.output)?.[1]);
    const { code: grpcCode } = await clientOf(t, grpcPort).call(
      exportPath('traces'),
      traceRequestBytes([{ id: 7 }]),
    );
    assert.equal(grpcCode, 0);
    assert.equal(await send('/v1/traces', Buffer.from('x'), 'application/x-protobuf'), 400);
    program.signal('SIGINT');
    const { code, stderr } = await program.ended;
    assert.equal(code, 0);
    assert.match(stderr, /3 requests are in .*a\.ndjson\n$/);

    const text = readFileSync(file, 'utf8');
    assert.equal(text.trim().split('\n').length, 3);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.doesNotMatch(text, /abcdefghijkl|4111111111111111|jane@/);
    const replayed = await new Program(t, ['replay', '--json', file]).ended;
    const { issues } = JSON.parse(replayed.stdout) as { issues: { title: string }[] };
    assert.deepEqual(
      issues.map(({ title }) => title),
      ['CardError: card <card> of <email> was refused'],
    );
  });

  test('does not write over what is there', async (t) => {
    const file = write(temporaryDirectory(t), 'a.ndjson', 'mine');
    const { code, stderr } = await new Program(t, ['record', file]).ended;
    assert.equal(code, 1);
    assert.match(stderr, /it is there already: name another file\n$/);
    assert.equal(readFileSync(file, 'utf8'), 'mine');
  });

  test('needs a file', async (t) => {
    const { code, stderr } = await new Program(t, ['record']).ended;
    assert.equal(code, 2);
    assert.match(stderr, /record needs one FILE/);
  });
});
