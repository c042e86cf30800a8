import { parentPort, workerData } from 'node:worker_threads';
import { type Engine, openEngine } from './engine.ts';
import type { Request, Response } from './protocol.ts';

/**
 * The thread that has the database: SQLite blocks while it works, and a checkpoint takes milliseconds that the intake does
 * not have. It answers requests one by one in the order in which they come.
 */
const port = parentPort;
if (port === null) throw new Error('the store runs as a worker thread');

const engine = open(String((workerData as { path: unknown }).path));
port.on('message', (request: Request) => {
  if ('close' in request) {
    engine?.close();
    port.close();
    return;
  }
  answer(handle(request));
});

function open(path: string): Engine | undefined {
  try {
    const opened = openEngine(path);
    answer({ opened: true });
    return opened;
  } catch (error) {
    answer({ unusable: messageOf(error) });
    port?.close();
    return undefined;
  }
}

function handle({ id, method, args }: Exclude<Request, { close: true }>): Response {
  try {
    const call = engine?.store[method] as ((...args: unknown[]) => unknown) | undefined;
    if (call === undefined) throw new Error(`the store has no ${method}`);
    return { id, result: call(...args) };
  } catch (error) {
    return { id, error: { name: error instanceof Error ? error.name : 'Error', message: messageOf(error) } };
  }
}

function answer(response: Response): void {
  port?.postMessage(response);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
