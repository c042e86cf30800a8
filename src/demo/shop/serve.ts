import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

/** How long the requests that are being answered when the process is told to end may still take. */
const closeTimeoutMillis = 1_000;

/**
 * Listens on the loopback address, says so in one line on stdout, and closes at SIGTERM or SIGINT. The process ends
 * when nothing is left to do.
 * @throws if the port is not one, or is taken
 */
export async function serve(name: string, listener: RequestListener, port: string): Promise<void> {
  const server = createServer(listener);
  server.listen(parsePort(port), '127.0.0.1');
  await once(server, 'listening');
  process.stdout.write(`${name} listening on http://127.0.0.1:${portOf(server)}\n`);
  const close = () => closeSoon(server);
  process.once('SIGTERM', close);
  process.once('SIGINT', close);
}

function closeSoon(server: Server): void {
  server.close();
  setTimeout(() => server.closeAllConnections(), closeTimeoutMillis).unref();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new RangeError(`--port ${text} is not a port`);
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}
