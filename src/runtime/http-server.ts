import type { RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import type { ConnectionLimit } from './connections.ts';
import { type Certificate, GracefulServer, type Timeouts } from './graceful-server.ts';
import type { Component } from './lifecycle.ts';

/** A listener could not be opened; the message says which and why. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed';
}

export interface Address {
  host: string;
  port: number;
}

/** A listener on an address. Its start may be tried again after it failed. */
export interface Listener extends Component {
  /** Where it really listens: the port, if 0 was asked for. While it does not listen, where it should. */
  readonly address: Address;
  /** From here on every client is asked to close its connection after an answer, and to open another one elsewhere. */
  closeAfterAnswers(): void;
  /** Shows this one from the next connection on; before the start too. For a listener with TLS. */
  show(certificate: Certificate): void;
}

/** A listener for HTTP/1.1 with a start and a stop. */
export class HttpServer implements Listener {
  readonly name: string;
  private readonly wanted: Address;
  private readonly graceful: GracefulServer;

  constructor(
    name: string,
    wanted: Address,
    handler: RequestListener,
    options: Partial<Timeouts & ConnectionLimit & { isTls: boolean }> = {},
  ) {
    this.name = name;
    this.wanted = wanted;
    this.graceful = new GracefulServer(handler, options);
  }

  /** @throws ListenFailed */
  start(): Promise<void> {
    return listenOn(this.name, this.wanted, this.graceful.server);
  }

  closeAfterAnswers(): void {
    this.graceful.closeAfterAnswers();
  }

  show(certificate: Certificate): void {
    this.graceful.show(certificate);
  }

  /** Answers what is under way, for a while. */
  stop(): Promise<void> {
    return this.graceful.close();
  }

  get address(): Address {
    return addressOf(this.graceful.server, this.wanted);
  }
}

/** @throws ListenFailed */
export function listenOn(name: string, { host, port }: Address, server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      server.off('listening', succeed);
      reject(new ListenFailed(`${name}: ${host}:${port} ${reasonOf(error)}`, { cause: error }));
    };
    const succeed = (): void => {
      server.off('error', fail);
      resolve();
    };
    server.once('error', fail).once('listening', succeed).listen(port, host);
  });
}

export function addressOf(server: Server, wanted: Address): Address {
  const bound = server.address() as AddressInfo | null;
  return bound === null ? wanted : { host: bound.address, port: bound.port };
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken: another process listens there',
  EACCES: 'may not be listened on: ports below 1024 need a privilege',
  EADDRNOTAVAIL: 'cannot be listened on: this machine has no such address',
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ''] ?? `cannot be listened on: ${error.message}`;
}
