import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { requestToJson } from '../../../src/otlp/json/request.ts';

/** One export request, as a line of JSON. */
export interface RecordedExport {
  line: string;
  at: number;
}

/** Keeps what SDKs export, in the order in which it comes. JSON stays as it was sent; protobuf becomes the same message in JSON. */
export class OtlpRecorder {
  readonly exports: RecordedExport[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void this.keep(request).then((kept) => {
        response.writeHead(kept ? 200 : 400, { 'content-type': String(request.headers['content-type']) });
        response.end(request.headers['content-type'] === 'application/json' ? '{}' : '');
      });
    });
  }

  /** @returns its base URL */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async keep(request: IncomingMessage): Promise<boolean> {
    const at = Date.now();
    const sent = await buffer(request);
    if (request.url !== '/v1/traces') return true;
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const isJson = request.headers['content-type'] === 'application/json';
    const line = isJson ? body.toString() : requestToJson('traces', body);
    this.exports.push({ line, at });
    return line !== '';
  }
}
