import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { anyPorts, sendSpans, start } from './support.ts';

test('what a receiver refuses, and that it does, is told through its fallback', async (t) => {
  const told: string[] = [];
  const chat = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.url === '/slack') return response.writeHead(404).end('channel_not_found');
      told.push((JSON.parse(body) as { summary: string }).summary);
      return response.end('ok');
    });
  }).listen(0, '127.0.0.1');
  t.after(() => chat.close());
  await once(chat, 'listening');
  const { port } = chat.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const receivers = [
    `{name: slack, fallback: hook, slack: {webhook_url: "${url}/slack"}}`,
    `{name: hook, webhook: {url: "${url}/hook"}}`,
  ];
  const yaml = `${anyPorts}\nalerts: {receivers: [${receivers.join(', ')}], route: {receiver: slack}}\n`;
  const { program } = start(t, { yaml });
  const { otlp } = await program.listening();
  await sendSpans(otlp, { id: 1, name: 'GET /a', kind: 2, failed: true });
  await eventually('both to be told', () => told.length >= 2);
  const [own, app] = told.toSorted((a, b) => Number(b.includes('tocsin')) - Number(a.includes('tocsin')));
  assert.match(own!, /^\[HIGH\] tocsin: Slack webhook refuses to be notified: .*channel_not_found/);
  assert.match(app!, /GET \/a.* \(slack could not be told\)$/);
  assert.equal(told.length, 2);
});
