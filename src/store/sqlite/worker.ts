import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../runtime/clock.ts';
import { KeptEngine } from './kept-engine.ts';
import { unpackCounted, unpackEvents } from './packed-events.ts';
import type { Request, Response, StoreSetUp } from './protocol.ts';

/**
 * The thread that has the database: SQLite blocks while it works, and a checkpoint takes milliseconds that the intake does
 * not have. It answers requests one by one in the order in which they come.
 */
const port = parentPort;
if (port === null) throw new Error('the store runs as a worker thread');

/** How often it is looked whether the files are still there. */
const lookMillis = 1_000;

const engine = open(workerData as StoreSetUp);
look();
port.on('message', (request: Request) => {
  if ('close' in request) {
    engine?.close();
    port.close();
    return;
  }
  answer(handle(request));
});

function open({ path, retention, isStart }: StoreSetUp): KeptEngine | undefined {
  try {
    const opened = new KeptEngine(path, (replaced) => answer({ replaced }), retention, isStart);
    answer({ opened: true });
    return opened;
  } catch (error) {
    answer({ unusable: messageOf(error) });
    port?.close();
    return undefined;
  }
}

function look(): void {
  systemClock.after(lookMillis, () => {
    engine?.look();
    look();
  });
}

function handle(request: Exclude<Request, { close: true }>): Response {
  const { id } = request;
  try {
    if (engine === undefined) throw new Error('the store is not open');
    if ('record' in request) {
      const { record, at, counted } = request;
      const amendments = JSON.parse(request.amendments) as unknown;
      const given = [unpackEvents(record), at, unpackCounted(counted), amendments];
      const recorded = engine.call('record', given);
      return { id, recorded: JSON.stringify(recorded) };
    }
    return { id, result: engine.call(request.method, request.args) };
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
