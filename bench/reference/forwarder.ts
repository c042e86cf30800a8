import { Agent, request } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const compress = promisify(gzip);

/** Bytes that may wait for the back end. */
const mostPendingBytes = 32 * 2 ** 20;

/** Sends on what is kept. */
export class Forwarder {
  private readonly url: URL;
  private readonly gzip: boolean;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });
  private pendingBytes = 0;

  constructor(endpoint: string, compression: string | undefined) {
    this.url = new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`);
    this.gzip = compression === 'gzip';
  }

  get hasRoom(): boolean {
    return this.pendingBytes < mostPendingBytes;
  }

  async send(body: Uint8Array, contentType: string): Promise<void> {
    this.pendingBytes += body.length;
    try {
      const encoded = this.gzip ? await compress(body, { level: constants.Z_BEST_SPEED }) : body;
      await this.post(encoded, contentType);
    } finally {
      this.pendingBytes -= body.length;
    }
  }

  private post(body: Uint8Array, contentType: string): Promise<void> {
    const headers = {
      'content-type': contentType,
      'content-length': body.length,
      ...(this.gzip && { 'content-encoding': 'gzip' }),
    };
    return new Promise((resolve, reject) => {
      const sending = request(this.url, { method: 'POST', agent: this.agent, headers }, (response) => {
        response.resume();
        response.once('error', reject);
        response.once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`the back end answered ${response.statusCode}`));
        });
      });
      sending.once('error', reject);
      sending.end(body);
    });
  }
}
