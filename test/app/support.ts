import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryDirectory, write } from '../config/support.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { Program } from './process.ts';

export const anyPorts = [
  'intake: {http: {listen: "127.0.0.1:0"}, grpc: {listen: "127.0.0.1:0"}}',
  'metrics: {listen: "127.0.0.1:0"}',
  'admin: {listen: "127.0.0.1:0"}',
].join('\n');

/** A run with a data directory of its own, on any free ports. */
export function start(
  t: TestContext,
  given: { yaml?: string; environment?: Record<string, string>; args?: readonly string[] } = {},
) {
  const directory = temporaryDirectory(t);
  const file = write(directory, 'tocsin.yaml', given.yaml ?? anyPorts);
  const dataDirectory = join(directory, 'data');
  const environment = { TOCSIN_DATA_DIR: dataDirectory, ...given.environment };
  const args = ['run', ...(given.args ?? []), '--config', file];
  return { program: new Program(t, args, environment), dataDirectory, file, directory };
}

/** @returns the value of a metric without labels, or with these */
export async function metricOf(metrics: string, name: string): Promise<number> {
  const text = await (await fetch(`${metrics}/metrics`)).text();
  const line = text.split('\n').find((line) => line.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

export async function sendSpans(
  otlp: string,
  ...spans: Parameters<typeof traceRequestBytes>[0]
): Promise<number> {
  const response = await fetch(`${otlp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(traceRequestBytes(spans)),
  });
  await response.arrayBuffer();
  return response.status;
}

/** A port that is taken for as long as the test runs, or until it is given free. */
export async function takenPort(t: TestContext): Promise<{ address: string; free: () => Promise<unknown> }> {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  return { address, free: () => new Promise((resolve) => other.close(resolve)) };
}
