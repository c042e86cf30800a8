import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { AcceptedSockets, type ConnectionLimit, Connections } from './connections.ts';

/** What a listener shows who it is with, in PEM. */
export interface Certificate {
  cert: Buffer;
  key: Buffer;
}

/** Milliseconds. */
export interface Timeouts {
  /** A request must be here whole this long after it began; half-sent ones would hold their connections for ever. */
  requestTimeout: number;
  headersTimeout: number;
  /** How often it is looked for requests that are late. */
  connectionsCheckingInterval: number;
  /**
   * Longer than any SDK waits between two exports (5 to 60 s): a connection that is closed just as the next one is written loses
   * that request.
   */
  keepAliveTimeout: number;
}

const defaults: Timeouts = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 90_000,
};
/** Far more than one pod has, and far fewer than a process may have files open. */
export const defaultMostConnections = 1_000;
/** A request that is under way when the server closes has this long to be answered. */
export const graceMillis = 1_000;

/** A server of HTTP/1.1, with or without TLS, that loses nobody's request when it closes. */
export class GracefulServer {
  readonly server: Server | TlsServer;
  /** Answers that are under way. */
  private readonly open = new Set<ServerResponse>();
  /** Those on which TLS is spoken, or is to be: of the latter the server knows nothing yet. */
  private readonly accepted = new AcceptedSockets();
  private closing = false;

  constructor(
    handler: RequestListener,
    options: Partial<Timeouts & ConnectionLimit & { isTls: boolean }> = {},
  ) {
    const { mostConnections = defaultMostConnections, onEvicted, isTls = false, ...timeouts } = options;
    const connections = new Connections(mostConnections, onEvicted);
    const listener: RequestListener = (request, response) => {
      this.open.add(response);
      const socket = isTls ? this.accepted.under(request.socket) : request.socket;
      response.once('close', () => {
        this.open.delete(response);
        if (socket !== undefined) connections.answered(socket);
      });
      if (this.closing) askToClose(response);
      handler(request, response);
    };
    const settings = { ...defaults, ...timeouts };
    this.server = isTls
      ? createTlsServer({ ...settings, handshakeTimeout: settings.headersTimeout }, listener)
      : createServer(settings, listener);
    this.server.on('connection', (socket: Socket) => {
      connections.add(socket);
      if (isTls) this.accepted.add(socket);
    });
  }

  show(certificate: Certificate): void {
    (this.server as TlsServer).setSecureContext(certificate);
  }

  /** From here on every answer asks its client to close the connection, and to open another one elsewhere. */
  closeAfterAnswers(): void {
    this.closing = true;
    for (const response of this.open) askToClose(response);
  }

  /** Answers what is under way, for a while; connections without a request are closed at once. */
  async close(): Promise<void> {
    const { server } = this;
    if (!server.listening) return;
    this.closeAfterAnswers();
    // Whole turns of the event loop: a request that has arrived on an idle connection is read, so that it is not idle any more.
    for (let turn = 0; turn < 2; turn++) await setImmediate();
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = setTimeout(() => {
      server.closeAllConnections();
      this.accepted.destroy();
    }, graceMillis);
    await closed;
    clearTimeout(timer);
  }
}

function askToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
