import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface KnownAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  status: { state: string };
}

/** A real Alertmanager that tells a webhook within a second. */
export class Alertmanager {
  readonly url: string;
  private readonly directory = mkdtempSync(join(tmpdir(), 'tocsin-alertmanager-'));
  private readonly port: number;
  private process: ChildProcess;

  private constructor(port: number, webhook: string) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    const timers = { group_wait: '0s', group_interval: '1s', repeat_interval: '1h' };
    const config = {
      route: { receiver: 'webhook', group_by: ['alertname', 'service', 'issue'], ...timers },
      receivers: [{ name: 'webhook', webhook_configs: [{ url: webhook, send_resolved: true }] }],
    };
    writeFileSync(join(this.directory, 'alertmanager.yml'), JSON.stringify(config));
    this.process = this.spawn();
  }

  /** @param webhook URL that it posts its notifications to */
  static async start(webhook: string): Promise<Alertmanager> {
    return new Alertmanager(await freePort(), webhook);
  }

  /** Without anything that it knew. */
  async restart(): Promise<void> {
    await this.end();
    rmSync(join(this.directory, 'data'), { recursive: true, force: true });
    this.process = this.spawn();
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.directory, { recursive: true });
  }

  /** What has not ended; undefined while it still starts. */
  async alerts(): Promise<readonly KnownAlert[] | undefined> {
    try {
      const response = await fetch(`${this.url}/api/v2/alerts`);
      return response.ok ? ((await response.json()) as KnownAlert[]) : undefined;
    } catch {
      return undefined;
    }
  }

  private spawn(): ChildProcess {
    const options = [
      `--config.file=${join(this.directory, 'alertmanager.yml')}`,
      `--storage.path=${join(this.directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${this.port}`,
      '--cluster.listen-address=',
    ];
    return spawn('prometheus-alertmanager', options, { stdio: 'ignore' });
  }

  private async end(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
  }
}
