import type { Socket } from 'node:net';
import { buildConnector } from '../runtime/undici/undici.ts';

type Options = NonNullable<Parameters<typeof buildConnector>[0]>;
type Connector = ReturnType<typeof buildConnector>;

/** The connections of one pool: what was given to one of them is read by the system until it says that all of it is sent. */
export class Sockets {
  private readonly open = new Set<Socket>();

  /** Connects as the pool itself would. */
  connector(options: Options): Connector {
    const connect = buildConnector(options);
    return (to, callback) =>
      connect(to, (...[error, socket]) => {
        if (error !== null) {
          callback(error, null);
          return;
        }
        this.open.add(socket);
        socket.once('close', () => this.open.delete(socket));
        callback(null, socket);
      });
  }

  /** Whether nothing waits to be sent. */
  get areFlushed(): boolean {
    for (const socket of this.open) if (socket.writableLength > 0 || socket.destroyed) return false;
    return true;
  }
}
