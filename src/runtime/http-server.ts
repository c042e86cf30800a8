import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Component } from './lifecycle.ts';

/** A listener could not be opened; the message says which and why. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed';
}

export interface Address {
  host: string;
  port: number;
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
/** A request that is under way when the listener stops has this long to be answered. */
const graceMillis = 1_000;

/** A listener for HTTP/1.1 with a start and a stop. */
export class HttpServer implements Component {
  readonly name: string;
  private readonly wanted: Address;
  private readonly server: Server;
  /** Answers that are under way. */
  private readonly open = new Set<ServerResponse>();
  private closing = false;

  constructor(name: string, wanted: Address, handler: RequestListener, timeouts: Partial<Timeouts> = {}) {
    this.name = name;
    this.wanted = wanted;
    this.server = createServer({ ...defaults, ...timeouts }, (request, response) => {
      this.open.add(response);
      response.once('close', () => this.open.delete(response));
      if (this.closing) askToClose(response);
      handler(request, response);
    });
  }

  /** @throws ListenFailed */
  start(): Promise<void> {
    const { host, port } = this.wanted;
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => {
        reject(new ListenFailed(`${this.name}: ${host}:${port} ${reasonOf(error)}`, { cause: error }));
      };
      this.server.once('error', fail);
      this.server.listen(port, host, () => {
        this.server.off('error', fail);
        resolve();
      });
    });
  }

  /** From here on every answer asks its client to close the connection, and to open another one elsewhere. */
  closeAfterAnswers(): void {
    this.closing = true;
    for (const response of this.open) askToClose(response);
  }

  /** Answers what is under way, for a while; connections without a request are closed at once. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.closeAfterAnswers();
    // Whole turns of the event loop: a request that has arrived on an idle connection is read, so that it is not idle any more.
    for (let turn = 0; turn < 2; turn++) await setImmediate();
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const timer = setTimeout(() => this.server.closeAllConnections(), graceMillis);
    await closed;
    clearTimeout(timer);
  }

  /** Where it really listens: the port, if 0 was asked for. */
  get address(): Address {
    const { address, port } = this.server.address() as AddressInfo;
    return { host: address, port };
  }
}

function askToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken: another process listens there',
  EACCES: 'may not be listened on: ports below 1024 need a privilege',
  EADDRNOTAVAIL: 'cannot be listened on: this machine has no such address',
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ''] ?? `cannot be listened on: ${error.message}`;
}
