import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import type { ConnectionLimit } from './connections.ts';
import { GracefulServer } from './graceful-server.ts';
import { ListenFailed } from './http-server.ts';
import type { Component } from './lifecycle.ts';

/**
 * A listener for HTTP/1.1 on a Unix socket. Who may reach the file's directory may send: the containers of a pod run as
 * different users, so the file itself lets everybody.
 */
export class UnixServer implements Component {
  readonly name: string;
  private readonly path: string;
  private readonly graceful: GracefulServer;

  constructor(name: string, path: string, handler: RequestListener, options: Partial<ConnectionLimit> = {}) {
    this.name = name;
    this.path = path;
    this.graceful = new GracefulServer(handler, options);
  }

  /** @throws ListenFailed */
  async start(): Promise<void> {
    try {
      await this.listen();
    } catch (error) {
      // A process that was killed leaves its socket behind, on which nobody listens.
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || !(await isLeftBehind(this.path)))
        throw this.failed(error);
      unlinkSync(this.path);
      await this.listen().catch((again: unknown) => {
        throw this.failed(again);
      });
    }
    chmodSync(this.path, 0o666);
  }

  stop(): Promise<void> {
    return this.graceful.close();
  }

  private listen(): Promise<void> {
    const { server } = this.graceful;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.path, () => {
        server.off('error', reject);
        resolve();
      });
    });
  }

  private failed(error: unknown): ListenFailed {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EADDRINUSE' ? 'is taken: another process listens there, or it is a file' : message;
    return new ListenFailed(`${this.name}: ${this.path} ${reason}`, { cause: error });
  }
}

/** Whether it is a socket on which nobody listens. */
function isLeftBehind(path: string): Promise<boolean> {
  if (!lstatSync(path).isSocket()) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
}
