import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import { AcceptedSockets, type ConnectionLimit, Connections } from './connections.ts';
import { type Certificate, defaultMostConnections, graceMillis } from './graceful-server.ts';
import { beginsHttp2 } from './http2-preface.ts';
import { type Address, addressOf, type Listener, listenOn } from './http-server.ts';

/** What works on the requests of a listener. */
export interface StreamHandler {
  /** @param stream whose errors need no look: it is closed then */
  handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void;
  /** The listener is about to close: what would go on for ever is to be ended. */
  close(): void;
}

export interface Http2Options extends ConnectionLimit {
  isTls: boolean;
  /** Requests that are open on all connections together; each takes some kilobytes, even if nothing of it comes. */
  mostStreams: number;
  /** A connection must have begun with HTTP/2 this long after it was opened, TLS included. Milliseconds. */
  prefaceTimeout: number;
  /** A connection is closed when there was no request on it for so long; its client is told to open another one. Milliseconds. */
  idleTimeout: number;
}

/** Times are those of HTTP/1.1: see GracefulServer. */
const defaults = { mostStreams: 2_000, prefaceTimeout: 10_000, idleTimeout: 90_000 };

const settings = {
  /** As gRPC's own servers have it. */
  maxConcurrentStreams: 100,
  /** What is sent before it is asked for more: with the 64 KiB that are usual a batch of spans comes in four pieces. */
  initialWindowSize: 2 ** 20,
  /** As HTTP/1.1 has it. */
  maxHeaderListSize: 16 * 1024,
};
/** Of all requests of a connection. What comes is read at once, so this holds nothing back. */
const connectionWindowBytes = 4 * 2 ** 20;

/** RFC 9113, section 6.8: says that there will be no more, and nothing of what the client has sent meanwhile is refused. */
const lastStreamOfAll = 2 ** 31 - 1;
const noError = 0;
/** Section 8.7: nothing was done with it, and it may be sent again. */
const refusedStream = 7;

/**
 * A listener for HTTP/2, with TLS or, as gRPC has it, from the first byte on without. Node's HTTP/2 is loaded when the first
 * connection speaks it: where nobody does it costs nothing.
 */
export class Http2Server implements Listener {
  readonly name: string;
  private readonly wanted: Address;
  private readonly handler: StreamHandler;
  private readonly options: Partial<Http2Options> & typeof defaults;
  private readonly server: Server;
  private readonly connections: Connections;
  private readonly accepted = new AcceptedSockets();
  private readonly sockets = new Set<Socket>();
  /** Those of them on which no HTTP/2 was spoken yet. */
  private readonly silent = new Set<Socket>();
  private readonly sessions = new Set<ServerHttp2Session>();
  private streams = 0;
  private closing = false;

  constructor(name: string, wanted: Address, handler: StreamHandler, options: Partial<Http2Options> = {}) {
    this.name = name;
    this.wanted = wanted;
    this.handler = handler;
    this.options = { ...defaults, ...options };
    this.connections = new Connections(options.mostConnections ?? defaultMostConnections, options.onEvicted);
    this.server = this.createServer();
  }

  /** @throws ListenFailed */
  start(): Promise<void> {
    return listenOn(this.name, this.wanted, this.server);
  }

  closeAfterAnswers(): void {
    if (this.closing) return;
    this.closing = true;
    this.handler.close();
    for (const session of this.sessions) if (!session.destroyed) session.goaway(noError, lastStreamOfAll);
  }

  /** Answers what is under way, for a while; connections without a request are closed at once. */
  async stop(): Promise<void> {
    const { server, sessions, sockets } = this;
    if (!server.listening) return;
    this.closeAfterAnswers();
    // Whole turns of the event loop: a request that has arrived is read, and answered.
    for (let turn = 0; turn < 2; turn++) await setImmediate();
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const session of sessions) session.close();
    for (const socket of this.silent) socket.destroy();
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMillis);
    await closed;
    clearTimeout(timer);
  }

  show(certificate: Certificate): void {
    if (this.server instanceof TlsServer) this.server.setSecureContext(certificate);
  }

  get address(): Address {
    return addressOf(this.server, this.wanted);
  }

  private createServer(): Server {
    const speak = (spoken: Socket, socket: Socket): void => {
      this.speak(spoken, socket).catch(() => socket.destroy());
    };
    const { isTls = false, prefaceTimeout } = this.options;
    if (!isTls)
      return createServer((socket) => {
        this.accept(socket);
        speak(socket, socket);
      });
    const server = createTlsServer({ ALPNProtocols: ['h2'], handshakeTimeout: prefaceTimeout });
    server.on('connection', (socket: Socket) => {
      this.accept(socket);
      this.accepted.add(socket);
    });
    server.on('tlsClientError', (_error, spoken) => spoken.destroy());
    server.on('secureConnection', (spoken) => speak(spoken, this.accepted.under(spoken) ?? spoken));
    return server;
  }

  private accept(socket: Socket): void {
    this.connections.add(socket);
    this.sockets.add(socket);
    this.silent.add(socket);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.silent.delete(socket);
    });
    socket.on('error', () => socket.destroy());
  }

  /** @param spoken the one around `socket` with TLS, or the same. @param socket as it was accepted */
  private async speak(spoken: Socket, socket: Socket): Promise<void> {
    spoken.on('error', () => socket.destroy());
    if (!(await beginsHttp2(spoken, this.options.prefaceTimeout))) return;
    const { performServerHandshake } = await import('node:http2');
    if (spoken.destroyed) return;
    this.silent.delete(socket);
    this.open(performServerHandshake(spoken, { settings }), socket);
  }

  private open(session: ServerHttp2Session, socket: Socket): void {
    this.sessions.add(session);
    let streams = 0;
    session.once('close', () => this.sessions.delete(session));
    // What breaks a connection is told to its client, and its requests are closed.
    session.on('error', () => undefined);
    session.setLocalWindowSize(connectionWindowBytes);
    session.setTimeout(this.options.idleTimeout);
    session.on('timeout', () => {
      if (streams > 0) return;
      session.close();
      // Not every client closes what it is told not to use any more.
      const overdue = setTimeout(() => socket.destroy(), this.options.prefaceTimeout).unref();
      socket.once('close', () => clearTimeout(overdue));
    });
    session.on('stream', (stream, headers) => {
      streams++;
      this.streams++;
      stream.on('error', () => undefined);
      stream.once('close', () => {
        streams--;
        this.streams--;
        this.connections.answered(socket);
      });
      if (this.streams > this.options.mostStreams) stream.close(refusedStream);
      else this.handler.handle(stream, headers);
    });
    if (this.closing) session.goaway(noError, lastStreamOfAll);
  }
}
