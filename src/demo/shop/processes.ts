import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../../config/environment.ts';

const startTimeoutMillis = 30_000;
/** The services promise to end within 5 s of SIGTERM. */
const stopTimeoutMillis = 6_000;
const maxStderrLength = 16_384;

export interface ShopOptions {
  /** Where both send their spans, such as `http://127.0.0.1:4318`. */
  otlpEndpoint: string;
  /** Of these variables the services are given `PATH` only. */
  baseEnvironment: Environment;
  /** More variables for both, such as `OTEL_EXPORTER_OTLP_COMPRESSION`. */
  variables?: Readonly<Record<string, string>>;
  /** How long a finished span waits for others; 5000 if left out, as the SDK has it. */
  scheduleDelayMillis?: number;
  /** 0, as when left out: any that is free. */
  ports?: { storefront: number; payments: number };
  /** `service.version` and `deployment.environment.name` of both; 1.0.0 and demo if left out. */
  version?: string;
  environment?: string;
}

export interface ShopProcess {
  /** Without a slash at its end. */
  url: string;
  pid: number;
}

export interface Shop {
  storefront: ShopProcess;
  payments: ShopProcess;
  /** Ends both, their last spans sent. Safe twice. */
  stop(): Promise<void>;
}

interface RunningProcess extends ShopProcess {
  stop(): Promise<void>;
}

/** Fails, with what it wrote to stderr, if a service ends before it listens; nothing is left running then. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { ports = { storefront: 0, payments: 0 } } = options;
  const payments = await startService('payments', 'protobuf', ['--port', `${ports.payments}`], options);
  try {
    const flags = ['--port', `${ports.storefront}`, '--payments', payments.url];
    const storefront = await startService('storefront', 'json', flags, options);
    return {
      storefront: { url: storefront.url, pid: storefront.pid },
      payments: { url: payments.url, pid: payments.pid },
      stop: async () => {
        // The caller first, so that no call of its last requests is refused.
        await storefront.stop();
        await payments.stop();
      },
    };
  } catch (error) {
    await payments.stop();
    throw error;
  }
}

async function startService(
  name: string,
  format: 'json' | 'protobuf',
  flags: readonly string[],
  options: ShopOptions,
): Promise<RunningProcess> {
  const instrument = new URL(`instrument-${format}.ts`, import.meta.url);
  const program = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--import', instrument.href, program, ...flags], {
    env: environmentOf(name, options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close').then(() => undefined);
  let stopped: Promise<void> | undefined;
  // Once only: a second signal would cut off what the first has left to do.
  const stop = () => (stopped ??= stopProcess(child, closed));
  try {
    const url = await listeningUrl(name, child, closed);
    if (child.pid === undefined) throw new Error(`${name} has no pid`);
    return { url, pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function environmentOf(service: string, options: ShopOptions): Record<string, string> {
  const { version = '1.0.0', environment = 'demo', scheduleDelayMillis } = options;
  const path = options.baseEnvironment['PATH'];
  return {
    ...(path !== undefined && { PATH: path }),
    OTEL_SERVICE_NAME: service,
    OTEL_EXPORTER_OTLP_ENDPOINT: options.otlpEndpoint,
    OTEL_RESOURCE_ATTRIBUTES: `service.version=${encodeURIComponent(version)},deployment.environment.name=${encodeURIComponent(environment)}`,
    // None that asks the network; the later win.
    OTEL_NODE_RESOURCE_DETECTORS: 'process,host,env',
    ...(scheduleDelayMillis !== undefined && { OTEL_BSP_SCHEDULE_DELAY: `${scheduleDelayMillis}` }),
    ...options.variables,
  };
}

async function listeningUrl(name: string, child: ChildProcess, closed: Promise<void>): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error(`${name} has no output`);
  let complaint = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-maxStderrLength);
  });
  const line = once(createInterface({ input: stdout }), 'line') as Promise<[string]>;
  const first = await Promise.race([line, closed, delay(startTimeoutMillis, undefined, { ref: false })]);
  const url = /^\w+ listening on (http:\S+)$/.exec(first?.[0] ?? '')?.[1];
  if (url === undefined) throw new Error(`${name} did not start: ${complaint.trim()}`);
  return url;
}

async function stopProcess(child: ChildProcess, closed: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const overdue = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMillis).unref();
  await closed;
  clearTimeout(overdue);
}
