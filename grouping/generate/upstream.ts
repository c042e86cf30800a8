import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The services that the programs call: they answer the status that begins the path, and `slow` never. */
export class Upstream implements AsyncDisposable {
  readonly #servers: Server[];
  readonly ports: readonly number[];

  private constructor(servers: Server[]) {
    this.#servers = servers;
    this.ports = servers.map((server) => (server.address() as AddressInfo).port);
  }

  /** @param count each of them at a port of its own */
  static async listen(count: number): Promise<Upstream> {
    const servers = Array.from({ length: count }, () =>
      createServer(({ url = '' }, response) => {
        const [, first] = url.split('/');
        if (first === 'slow') return;
        response.writeHead(Number(first)).end('try again later');
      }).listen(0, '0.0.0.0'),
    );
    await Promise.all(servers.map((server) => once(server, 'listening')));
    return new Upstream(servers);
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    return Promise.resolve();
  }
}
