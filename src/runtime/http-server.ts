import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Component } from './lifecycle.ts';

/** A listener could not be opened; the message says which and why. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed';
}

export interface Address {
  host: string;
  port: number;
}

/** A request must be here whole this long after it began; half-sent ones would hold their connections for ever. */
const requestTimeoutMillis = 30_000;
const headersTimeoutMillis = 10_000;
/**
 * Longer than any SDK waits between two exports (5 to 60 s): a connection that is closed just as the next one is written loses
 * that request.
 */
const keepAliveTimeoutMillis = 90_000;
/** A request that is under way when the listener stops has this long to be answered. */
const graceMillis = 1_000;

/** A listener for HTTP/1.1 with a start and a stop. */
export class HttpServer implements Component {
  readonly name: string;
  private readonly wanted: Address;
  private readonly server: Server;

  constructor(name: string, wanted: Address, handler: RequestListener) {
    this.name = name;
    this.wanted = wanted;
    const timeouts = {
      requestTimeout: requestTimeoutMillis,
      headersTimeout: headersTimeoutMillis,
      keepAliveTimeout: keepAliveTimeoutMillis,
    };
    this.server = createServer(timeouts, handler);
  }

  /**
   * May be called again after it failed.
   * @throws ListenFailed
   */
  start(): Promise<void> {
    const { host, port } = this.wanted;
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => {
        this.server.off('listening', succeed);
        reject(new ListenFailed(`${this.name}: ${host}:${port} ${reasonOf(error)}`, { cause: error }));
      };
      const succeed = (): void => {
        this.server.off('error', fail);
        resolve();
      };
      this.server.once('error', fail).once('listening', succeed).listen(port, host);
    });
  }

  /** Answers what is under way, for a while; connections without a request are closed at once. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const timer = setTimeout(() => this.server.closeAllConnections(), graceMillis);
    await closed;
    clearTimeout(timer);
  }

  /** Where it really listens: the port, if 0 was asked for. While it does not listen, where it should. */
  get address(): Address {
    const bound = this.server.address() as AddressInfo | null;
    return bound === null ? this.wanted : { host: bound.address, port: bound.port };
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken: another process listens there',
  EACCES: 'may not be listened on: ports below 1024 need a privilege',
  EADDRNOTAVAIL: 'cannot be listened on: this machine has no such address',
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ''] ?? `cannot be listened on: ${error.message}`;
}
