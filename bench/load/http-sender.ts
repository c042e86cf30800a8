import { Agent, request } from 'node:http';
import type { Encoding } from '../payload/request-stream.ts';
import type { Sender } from './sender.ts';

const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** Over OTLP/HTTP. */
export class HttpSender implements Sender {
  private readonly url: URL;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly agent = new Agent({ keepAlive: true });

  constructor(url: string, encoding: Encoding, gzip: boolean) {
    this.url = new URL('/v1/traces', url);
    this.headers = {
      'content-type': contentTypes[encoding],
      ...(gzip && { 'content-encoding': 'gzip' }),
    };
  }

  send(body: Uint8Array): Promise<string> {
    return new Promise((resolve) => {
      const headers = { ...this.headers, 'content-length': body.length };
      const sending = request(this.url, { method: 'POST', agent: this.agent, headers }, (response) => {
        response.resume();
        response.once('error', () => resolve('answer cut off'));
        response.once('end', () => resolve(String(response.statusCode)));
      });
      sending.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      sending.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
