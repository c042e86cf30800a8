import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectionLimit } from './connections.ts';
import { GracefulServer, type Timeouts } from './graceful-server.ts';
import type { Component } from './lifecycle.ts';

/** A listener could not be opened; the message says which and why. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed';
}

export interface Address {
  host: string;
  port: number;
}

/** A listener for HTTP/1.1 with a start and a stop. */
export class HttpServer implements Component {
  readonly name: string;
  private readonly wanted: Address;
  private readonly graceful: GracefulServer;

  constructor(
    name: string,
    wanted: Address,
    handler: RequestListener,
    options: Partial<Timeouts & ConnectionLimit> = {},
  ) {
    this.name = name;
    this.wanted = wanted;
    this.graceful = new GracefulServer(handler, options);
  }

  /**
   * May be tried again after it failed.
   * @throws ListenFailed
   */
  start(): Promise<void> {
    const { host, port } = this.wanted;
    const { server } = this.graceful;
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void => {
        server.off('listening', succeed);
        reject(new ListenFailed(`${this.name}: ${host}:${port} ${reasonOf(error)}`, { cause: error }));
      };
      const succeed = (): void => {
        server.off('error', fail);
        resolve();
      };
      server.once('error', fail).once('listening', succeed).listen(port, host);
    });
  }

  /** From here on every answer asks its client to close the connection, and to open another one elsewhere. */
  closeAfterAnswers(): void {
    this.graceful.closeAfterAnswers();
  }

  /** Answers what is under way, for a while. */
  stop(): Promise<void> {
    return this.graceful.close();
  }

  /** Where it really listens: the port, if 0 was asked for. While it does not listen, where it should. */
  get address(): Address {
    const bound = this.graceful.server.address() as AddressInfo | null;
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
