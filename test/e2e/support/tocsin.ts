import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HealthAnswer, IssueAnswer, PageAnswer } from '../../../src/admin/contract.ts';
import { Child } from './child.ts';
import { SmallDisk } from './small-disk.ts';

const bundle = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

/** A start that takes longer has failed, however busy the machine is. */
const startMillis = 30_000;

export interface Addresses {
  otlp: string;
  grpc: string;
  metrics: string;
  admin: string;
}

/** Keys of the configuration beside the addresses to listen on. */
export interface Configured {
  intake?: Readonly<Record<string, string | boolean>>;
  noise?: object;
  metrics?: object;
  local_traces?: object;
  forward?: object;
  alerts?: {
    budget?: { burst: number; per_channel_per_hour?: number };
    receivers?: readonly object[];
    rules?: readonly object[];
  };
}

/**
 * A program and its first arguments that run the image instead of the bundle, with the data directory on the machine and Tocsin's
 * own arguments behind them. It keeps the data directory where the image has its own.
 */
const launcher = process.env['TOCSIN_E2E_LAUNCHER']?.split(' ');
const imageDataDirectory = '/var/lib/tocsin';
export const runsImage = launcher !== undefined;

/** The bundle, or the image, as a user runs it, with a data directory and ports of its own, which it keeps over restarts. */
export class TocsinProcess {
  readonly dataDirectory = mkdtempSync(join(tmpdir(), 'tocsin-e2e-'));
  private readonly environment: Readonly<Record<string, string>>;
  private configured: Configured;
  private child: Child | undefined;
  private addresses: Addresses | undefined;
  private readonly disk: SmallDisk | undefined;

  /** @param options a disk of so many MiB, which only its processes see, for its data */
  constructor(
    environment: Readonly<Record<string, string>>,
    configured: Configured = {},
    options: { diskMebibytes?: number } = {},
  ) {
    if (launcher === undefined && !existsSync(bundle)) throw new Error('there is no bundle: npm run build');
    const { diskMebibytes } = options;
    if (diskMebibytes !== undefined) this.disk = new SmallDisk(this.dataDirectory, diskMebibytes);
    this.environment = environment;
    this.configured = configured;
  }

  async start(): Promise<Addresses> {
    await this.disk?.start();
    this.child = launcher === undefined ? this.runBundle() : this.runImage(launcher);
    const find = async (pattern: RegExp): Promise<string> =>
      (await this.child!.line(pattern, startMillis))[1]!;
    this.addresses = {
      otlp: await find(/send OTLP to (http:\S+)/),
      grpc: await find(/send OTLP over gRPC to (http:[^"\s]+)/),
      metrics: await find(/Prometheus: (http:\S+)\/metrics/),
      admin: await find(/(http:[^"\s]+)\/api\/issues/),
    };
    return this.addresses;
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Child['exited'] {
    return this.child!.kill(signal);
  }

  /** Gives the bundle another configuration, in which the addresses stay as they are, and tells it to read that. */
  reconfigure(configured: Configured): void {
    this.configured = configured;
    this.writeConfiguration();
    void this.child?.kill('SIGHUP');
  }

  /** Once it has ended: leaves nothing behind. */
  remove(): void {
    this.disk?.stop();
    rmSync(this.dataDirectory, { recursive: true, force: true });
    rmSync(this.configurationFile, { force: true });
  }

  /** The data directory as the process sees it. */
  get visibleData(): string {
    return this.disk?.path ?? this.dataDirectory;
  }

  /** Settled when the process that was started last has ended. */
  get exited(): Child['exited'] {
    return this.child!.exited;
  }

  get log(): readonly string[] {
    return this.child?.stderr ?? [];
  }

  get at(): Addresses {
    return this.addresses!;
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.at.metrics}/metrics`)).text();
  }

  /** Sum of the samples of a metric with these labels. */
  async sum(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
    let sum = 0;
    for (const line of (await this.metrics()).split('\n')) {
      const [, series, text = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (series === name && wanted.every((label) => text.includes(label))) sum += Number(value);
    }
    return sum;
  }

  async issues(query = ''): Promise<readonly IssueAnswer[]> {
    const page = (await this.api(`/api/issues?limit=1000&${query}`)) as PageAnswer<IssueAnswer>;
    return page.items;
  }

  async api(path: string, method = 'GET'): Promise<unknown> {
    const token = readFileSync(join(this.visibleData, 'admin-token'), 'utf8').trim();
    const response = await fetch(`${this.at.admin}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.json();
  }

  /** Whether a request of spans is answered 200; not, if nobody is there to answer. */
  async takes(body: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const headers = { 'content-type': 'application/x-protobuf' };
    try {
      const response = await fetch(`${this.at.otlp}/v1/traces`, { method: 'POST', headers, body });
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      return false;
    }
  }

  async health(): Promise<HealthAnswer> {
    return (await (await fetch(`${this.at.metrics}/health`)).json()) as HealthAnswer;
  }

  private runBundle(): Child {
    this.writeConfiguration();
    const environment = { ...this.environment, TOCSIN_DATA_DIR: this.dataDirectory, LOG_LEVEL: 'info' };
    const before = [...(this.disk?.wrapper ?? []), process.execPath];
    return new Child([bundle, 'run', '--config', this.configurationFile], environment, before);
  }

  private writeConfiguration(): void {
    writeFileSync(this.configurationFile, this.configuration());
  }

  /** A test may have deleted the data directory; and a small disk would hide it. */
  private get configurationFile(): string {
    return `${this.dataDirectory}.yaml`;
  }

  private runImage([program, ...args]: readonly string[]): Child {
    writeFileSync(join(this.dataDirectory, 'config.yaml'), this.configuration());
    const own = ['run', '--config', join(imageDataDirectory, 'config.yaml')];
    const environment = { ...this.environment, LOG_LEVEL: 'info' };
    return new Child([...args, this.dataDirectory, ...own], environment, [program!]);
  }

  /** Any free ports at first, the same ones after a restart. */
  private configuration(): string {
    const address = (url: string | undefined): string =>
      url === undefined ? '127.0.0.1:0' : new URL(url).host;
    const listen = (url: string | undefined) => ({ listen: address(url) });
    const { otlp, grpc, metrics, admin } = this.addresses ?? {};
    // JSON is YAML.
    return JSON.stringify({
      ...this.configured,
      intake: { ...this.configured.intake, http: listen(otlp), grpc: listen(grpc) },
      metrics: { ...this.configured.metrics, ...listen(metrics) },
      admin: listen(admin),
    });
  }
}
