import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HealthAnswer, IssueAnswer, PageAnswer } from '../../../src/admin/contract.ts';
import { Child } from './child.ts';

const bundle = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

export interface Addresses {
  otlp: string;
  grpc: string;
  metrics: string;
  admin: string;
}

/** Keys of the configuration beside the addresses to listen on. */
export interface Configured {
  intake?: Readonly<Record<string, string>>;
  forward?: Readonly<Record<string, string>>;
  alerts?: { budget?: { burst: number; per_channel_per_hour?: number }; receivers?: readonly object[] };
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
  private readonly configured: Configured;
  private child: Child | undefined;
  private addresses: Addresses | undefined;

  private readonly diskMebibytes: number | undefined;

  /** @param options a disk of so many MiB, which only the process sees, for its data */
  constructor(
    environment: Readonly<Record<string, string>>,
    configured: Configured = {},
    options: { diskMebibytes?: number } = {},
  ) {
    if (launcher === undefined && !existsSync(bundle)) throw new Error('there is no bundle: npm run build');
    this.diskMebibytes = options.diskMebibytes;
    this.environment = environment;
    this.configured = configured;
  }

  async start(): Promise<Addresses> {
    this.child = launcher === undefined ? this.runBundle() : this.runImage(launcher);
    const find = async (pattern: RegExp): Promise<string> => (await this.child!.line(pattern))[1]!;
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

  /** The data directory as the process sees it. */
  get visibleData(): string {
    if (this.diskMebibytes === undefined) return this.dataDirectory;
    return `/proc/${this.child!.id}/root${this.dataDirectory}`;
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
    // A test may have deleted the data directory; and a small disk would hide it.
    const config = `${this.dataDirectory}.yaml`;
    writeFileSync(config, this.configuration());
    const environment = { ...this.environment, TOCSIN_DATA_DIR: this.dataDirectory, LOG_LEVEL: 'info' };
    return new Child([bundle, 'run', '--config', config], environment, [...this.wrapper(), process.execPath]);
  }

  private runImage([program, ...args]: readonly string[]): Child {
    writeFileSync(join(this.dataDirectory, 'config.yaml'), this.configuration());
    const own = ['run', '--config', join(imageDataDirectory, 'config.yaml')];
    const environment = { ...this.environment, LOG_LEVEL: 'info' };
    return new Child([...args, this.dataDirectory, ...own], environment, [program!]);
  }

  private wrapper(): readonly string[] {
    if (this.diskMebibytes === undefined) return [];
    const mount = `mount -t tmpfs -o size=${this.diskMebibytes}m tmpfs ${this.dataDirectory}`;
    return ['unshare', '-rm', 'sh', '-c', `${mount} && exec "$@"`, 'sh'];
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
      metrics: listen(metrics),
      admin: listen(admin),
    });
  }
}
