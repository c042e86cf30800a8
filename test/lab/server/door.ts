import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A port that refuses connections until it is opened, as that of a service that is being restarted. */
export class Door {
  private readonly server: Server;
  private port = 0;
  private opening: NodeJS.Timeout | undefined;

  constructor(handle: RequestListener) {
    this.server = createServer({ keepAliveTimeout: 30_000 }, handle);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** The port is free from then on: nobody else gets one of those that the system has just given. */
  async reserve(): Promise<void> {
    await this.listen();
    await this.close();
  }

  openAfter(millis: number): void {
    this.opening = setTimeout(() => void this.open(), millis);
  }

  async open(): Promise<void> {
    await this.listen();
  }

  async stop(): Promise<void> {
    clearTimeout(this.opening);
    if (this.server.listening) await this.close();
  }

  private async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, 'localhost', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  private async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}
