import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface Sample {
  metric: Record<string, string>;
  value: [time: number, value: string];
}

export interface Exemplar {
  labels: Record<string, string>;
  value: string;
  timestamp: number;
}

/** Alerting rules, evaluated every second, and who is told of what they say. */
export interface Alerting {
  alertmanager: { host: string; token: string };
  rules: readonly object[];
}

function alertingConfig({ alertmanager: { host, token } }: Alerting, rules: string): object {
  const manager = {
    api_version: 'v2',
    authorization: { credentials: token },
    static_configs: [{ targets: [host] }],
  };
  return { rule_files: [rules], alerting: { alertmanagers: [manager] } };
}

/** A real Prometheus that scrapes every second. */
export class Prometheus {
  private readonly directory = mkdtempSync(join(tmpdir(), 'tocsin-prometheus-'));
  private readonly process: ChildProcess;
  private readonly ended: Promise<unknown>;
  private readonly address: string;

  private constructor(
    port: number,
    targets: Readonly<Record<string, string>>,
    alerting: Alerting | undefined,
  ) {
    this.address = `127.0.0.1:${port}`;
    const config = join(this.directory, 'prometheus.yml');
    const jobs = Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      scrape_interval: '1s',
      scrape_timeout: '1s',
      static_configs: [{ targets: [target] }],
    }));
    const rules = join(this.directory, 'rules.yml');
    if (alerting !== undefined)
      writeFileSync(
        rules,
        JSON.stringify({ groups: [{ name: 'g', interval: '1s', rules: alerting.rules }] }),
      );
    writeFileSync(
      config,
      JSON.stringify({ scrape_configs: jobs, ...(alerting && alertingConfig(alerting, rules)) }),
    );
    const options = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(this.directory, 'tsdb')}`,
      `--web.listen-address=${this.address}`,
      '--enable-feature=exemplar-storage',
      // The first is posted before it is known where to.
      '--rules.alert.resend-delay=1s',
    ];
    this.process = spawn('prometheus', options, { stdio: 'ignore' });
    this.ended = new Promise((resolve) => this.process.once('exit', resolve));
  }

  /** @param targets HOST:PORT by the name of the job */
  static async start(targets: Readonly<Record<string, string>>, alerting?: Alerting): Promise<Prometheus> {
    return new Prometheus(await freePort(), targets, alerting);
  }

  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    await this.ended;
    rmSync(this.directory, { recursive: true });
  }

  /** What a query gives now; nothing while it still starts. */
  async query(query: string): Promise<readonly Sample[]> {
    return (await this.get<{ result: Sample[] }>('query', { query }))?.result ?? [];
  }

  async exemplars(query: string): Promise<readonly Exemplar[]> {
    const times = { start: '2020-01-01T00:00:00Z', end: '2100-01-01T00:00:00Z' };
    const found = await this.get<{ exemplars: Exemplar[] }[]>('query_exemplars', { query, ...times });
    return (found ?? []).flatMap(({ exemplars }) => exemplars);
  }

  /** Type and unit of a metric, as they were exposed. */
  async metadata(metric: string): Promise<{ type: string; unit: string } | undefined> {
    const found = await this.get<Record<string, { type: string; unit: string }[]>>('metadata', { metric });
    return found?.[metric]?.[0];
  }

  /** What went wrong in the last scrape of each job. */
  async scrapeErrors(): Promise<Record<string, string>> {
    const targets = await this.get<{ activeTargets: { scrapePool: string; lastError: string }[] }>('targets');
    return Object.fromEntries(
      (targets?.activeTargets ?? []).map(({ scrapePool, lastError }) => [scrapePool, lastError]),
    );
  }

  private async get<T>(path: string, parameters: Record<string, string> = {}): Promise<T | undefined> {
    try {
      const search = new URLSearchParams(parameters).toString();
      const response = await fetch(`http://${this.address}/api/v1/${path}?${search}`);
      return ((await response.json()) as { data?: T }).data;
    } catch {
      // It is still starting.
      return undefined;
    }
  }
}
