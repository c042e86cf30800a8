import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

/** A request as it came in, its body inflated. */
export interface Received {
  path: string;
  method: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** As they stood on the wire. */
  wireBytes: number;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Instead of an answer: none at all, the connection closed, or an answer that breaks off or never ends. */
  instead?: 'hang' | 'reset' | 'break off' | 'drip' | 'endless';
  /** Answers only after so long. */
  afterMillis?: number;
  /** Called when the answer was handed to the system as a whole. */
  onSent?: () => void;
}

/** A back end that answers what it is told to: once each in the order given, and then `otherwise`. */
export class OtlpBackEnd {
  readonly received: Received[] = [];
  readonly replies: Reply[] = [];
  otherwise: Reply | ((received: Received) => Reply) = {};
  /** Requests that were under way at once, at the most. */
  mostAtOnce = 0;
  private atOnce = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private held: (() => void)[] | undefined;

  constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Also once it was stopped. @param port any that is free, if it is not given. @returns its base URL */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  /** From now on nothing is answered, until it is released. */
  hold(): void {
    this.held ??= [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const answer of held) answer();
  }

  get connections(): number {
    return this.sockets.size;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.atOnce++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    const wire = await buffer(request).catch(() => undefined);
    if (wire === undefined) {
      // Whoever sent it is gone.
      this.atOnce--;
      return;
    }
    const body = inflated(wire, request.headers['content-encoding']);
    const { url = '', method = '', headers } = request;
    const received = { path: url, method, headers, body, wireBytes: wire.length };
    this.received.push(received);
    const { otherwise } = this;
    const reply = this.replies.shift() ?? (typeof otherwise === 'function' ? otherwise(received) : otherwise);
    const answer = (): void => {
      this.atOnce--;
      send(response, reply);
    };
    if (reply.onSent !== undefined) response.once('finish', reply.onSent);
    if (reply.afterMillis !== undefined) setTimeout(answer, reply.afterMillis);
    else if (this.held === undefined) answer();
    else this.held.push(answer);
  }
}

function inflated(wire: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') return gunzipSync(wire);
  return encoding === 'zstd' ? zstdDecompressSync(wire) : wire;
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '', instead }: Reply): void {
  switch (instead) {
    case 'hang':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'break off':
      response.writeHead(status, { ...headers, 'content-length': '1000' });
      response.write(body, () => response.destroy());
      return;
    case 'drip':
      response.writeHead(status, headers);
      response.write('x');
      return;
    case 'endless':
      response.writeHead(status, headers);
      pour(response);
      return;
    default:
      response.writeHead(status, { 'content-type': 'application/x-protobuf', ...headers });
      response.end(body);
  }
}

/** As fast as it is taken. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  response.on('error', () => undefined);
  more();
}
