import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { answerQuestions } from '../machine/helper.ts';
import { countSpans } from './count-spans.ts';

/** What has arrived since the sink was started. */
export interface SinkCounts {
  url: string;
  requests: number;
  spans: number;
  /** As they came, compressed or not. */
  bytes: number;
}

const counts = { requests: 0, spans: 0, bytes: 0 };

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const contentType = request.headers['content-type'] ?? '';
  response.writeHead(200, { 'content-type': contentType, 'content-length': 0 }).end();
  const inflated =
    request.headers['content-encoding'] === 'gzip' ? gunzipSync(body, { chunkSize: 256 * 1024 }) : body;
  counts.requests++;
  counts.bytes += body.length;
  counts.spans += countSpans(inflated, contentType.includes('json'));
}

const server = createServer((request, response) => void take(request, response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
answerQuestions((): SinkCounts => ({ url, ...counts }));
