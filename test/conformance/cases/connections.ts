import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import type { Case } from '../case.ts';
import type { Answer } from '../client.ts';
import { bodyOf, newItem, requestOf, ways } from '../signals.ts';
import type { ListeningTocsin } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

export const connectionCases: Cases = [
  {
    point: 26,
    promise: 'one connection is kept from request to request, also after refusals of what was read whole',
    holds: async (tocsin) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ports = new Set<number>();
      for (let i = 0; i < 20; i++) {
        const body = i % 3 === 0 ? 'x' : bodyOf('logs', 'protobuf', requestOf('logs', [newItem('logs')]));
        const answer = await tocsin.send({ signal: 'logs', body, agent });
        assert.equal(answer.status, i % 3 === 0 ? 400 : 200);
        ports.add(answer.port);
      }
      agent.destroy();
      assert.equal(ports.size, 1);
    },
  },
  {
    point: 26,
    promise: 'requests that are sent one behind the other without waiting are answered in order',
    holds: async (tocsin) => {
      const statuses = await pipelined(tocsin.port, ['{}', '[', '{}', '{"resourceSpans":1}', '{}']);
      assert.deepEqual(statuses, [200, 400, 200, 400, 200]);
    },
  },
  {
    point: 26,
    promise: 'twelve connections at once are answered, each in its own way',
    holds: async (tocsin) => {
      const sent = Array.from({ length: 12 }, (_, i) => ways[i % ways.length]!).map(({ signal, encoding }) =>
        tocsin.send({
          signal,
          encoding,
          body: bodyOf(signal, encoding, requestOf(signal, [newItem(signal)])),
        }),
      );
      const all: Answer[] = await Promise.all(sent);
      assert.deepEqual(new Set(all.map(({ status }) => status)), new Set([200]));
      assert.equal(new Set(all.map(({ port }) => port)).size, 12);
    },
  },
];

function pipelined(port: number, bodies: readonly string[]): Promise<number[]> {
  const requests = bodies.map((body, i) => {
    const connection = i === bodies.length - 1 ? 'close' : 'keep-alive';
    const head = `POST /v1/traces HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\n`;
    return `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  });
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(requests.join('')));
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () =>
      resolve([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => Number(code))),
    );
  });
}
