import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whoever is told: a webhook that takes everything. */
export class Chat {
  readonly url: string;
  private readonly server: Server;
  private readonly waiting = new Map<string, (at: number) => void>();

  private constructor(server: Server) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  static async start(): Promise<Chat> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const chat = new Chat(server);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        chat.take(body, performance.now());
        response.end('ok');
      });
    });
    return chat;
  }

  /** When it is told of a failure with this name in it. */
  told(name: string): Promise<number> {
    return new Promise((resolve) => this.waiting.set(name, resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private take(body: string, at: number): void {
    for (const [name, resolve] of this.waiting) {
      if (!body.includes(name)) continue;
      this.waiting.delete(name);
      resolve(at);
    }
  }
}
