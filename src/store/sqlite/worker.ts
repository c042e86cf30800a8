import { parentPort, workerData } from 'node:worker_threads';
import type { SynchronousStore } from '../store.ts';
import { memoryPath } from './database.ts';
import { type Engine, openEngine } from './engine.ts';
import { unpackEvents } from './packed-events.ts';
import type { Request, Response } from './protocol.ts';

/**
 * The thread that has the database: SQLite blocks while it works, and a checkpoint takes milliseconds that the intake does
 * not have. It answers requests one by one in the order in which they come.
 */
const port = parentPort;
if (port === null) throw new Error('the store runs as a worker thread');

/** https://www.sqlite.org/rescode.html#full */
const sqliteFull = 13;

const path = String((workerData as { path: unknown }).path);
let engine = open(path);
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

function handle(request: Exclude<Request, { close: true }>): Response {
  const { id } = request;
  const call = (): unknown => {
    if ('record' in request) return opened().record(unpackEvents(request.record), request.at);
    const called = opened()[request.method] as (...args: unknown[]) => unknown;
    return called(...request.args);
  };
  try {
    try {
      return { id, result: call() };
    } catch (error) {
      if (path !== memoryPath || (error as { errcode?: number }).errcode !== sqliteFull) throw error;
      // What is in memory stands in for a store: it had better forget than take nothing more.
      engine?.close();
      engine = openEngine(path);
      return { id, result: call() };
    }
  } catch (error) {
    return { id, error: { name: error instanceof Error ? error.name : 'Error', message: messageOf(error) } };
  }
}

function opened(): SynchronousStore {
  if (engine === undefined) throw new Error('the store is not open');
  return engine.store;
}

function answer(response: Response): void {
  port?.postMessage(response);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
