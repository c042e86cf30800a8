import { createServer, request as send } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A plain HTTP proxy: passes requests on, and opens tunnels. */
export class ForwardProxy {
  /** What it was asked for: a URL, or HOST:PORT for a tunnel. */
  readonly requests: string[] = [];
  private readonly server = createServer((request, response) => {
    const url = request.url ?? '';
    this.requests.push(url);
    const { method, headers } = request;
    const onward = send(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });

  /** With those of tunnels, which the server no longer counts as its own. */
  private readonly sockets = new Set<Socket>();

  constructor() {
    this.server.on('connection', (socket) => this.sockets.add(socket));
    this.server.on('connect', (request, socket, head) => {
      const to = request.url ?? '';
      this.requests.push(to);
      const [host = '', port] = to.split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        onward.write(head);
        onward.pipe(socket);
        socket.pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
  }

  /** @returns its URL */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
