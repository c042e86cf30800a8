import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import { type Shop, startShop } from '../../demo/shop/processes.ts';
import { renderMessage } from '../../demo/slack/render.ts';
import { SlackStandIn } from '../../demo/slack/server.ts';
import { Traffic } from '../../demo/traffic.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { Log } from '../../telemetry/log.ts';
import { run, type Running } from '../start/run.ts';

/** The demo needs what only a checkout has. */
export class DemoUnavailable extends Error {
  override readonly name = 'DemoUnavailable';
}

export interface DemoOptions {
  environment: Environment;
  /** Any ports that are free, rather than those that Tocsin has by default. */
  anyPorts: boolean;
}

/** Spans reach Tocsin this soon after they ended, rather than after the SDK's 5 s: somebody is watching. */
const scheduleDelayMillis = 500;

/**
 * A small instrumented shop that breaks and is mended, Tocsin, and a stand-in for Slack whose channel is shown: everything on this
 * machine, without an account, and gone at the end.
 */
export class Demo {
  private readonly directory = mkdtempSync(join(tmpdir(), 'tocsin-demo-'));
  private readonly slack: SlackStandIn;
  private readonly options: DemoOptions;
  private readonly log: Log;
  private readonly print: (text: string) => void;
  private tocsin: Running | undefined;
  private shop: Shop | undefined;
  private traffic: Traffic | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(options: DemoOptions, log: Log, print: (text: string) => void) {
    this.options = options;
    this.log = log;
    this.print = print;
    this.slack = new SlackStandIn({
      tokens: ['xoxb-demo'],
      channels: [{ name: 'alerts' }],
      onChange: (message) => print(renderMessage(message)),
    });
  }

  /** @throws DemoUnavailable, ListenFailed */
  async start(): Promise<void> {
    if (!import.meta.url.endsWith('.ts'))
      throw new DemoUnavailable(
        'the demo needs a checkout with its development packages: npm ci && npm run demo',
      );
    const { url: slackUrl } = await this.slack.start();
    this.tocsin = await run(
      {
        files: this.options.anyPorts ? [this.anyPorts()] : [],
        environment: {
          SLACK_BOT_TOKEN: 'xoxb-demo',
          SLACK_CHANNEL: '#alerts',
          SLACK_API_URL: `${slackUrl}/api/`,
          TOCSIN_ADMIN_TOKEN: demoToken,
        },
        dataDirectory: this.directory,
        failOpen: false,
      },
      this.log,
    );
    const { otlpHttp, metrics, admin } = this.tocsin.addresses();
    this.shop = await startShop({
      otlpEndpoint: `http://127.0.0.1:${otlpHttp.port}`,
      baseEnvironment: this.options.environment,
      scheduleDelayMillis,
    });
    this.print(`A shop of two services sends its spans to Tocsin, and Tocsin tells a stand-in for Slack.

  metrics   curl -s http://127.0.0.1:${metrics.port}/metrics
  issues    curl -s -H 'authorization: Bearer ${demoToken}' http://127.0.0.1:${admin.port}/api/issues
  buy       curl -s '${this.shop.storefront.url}/checkout?order=A-1'
  end it    Ctrl-C

`);
    this.traffic = new Traffic(this.shop, systemClock, (line) => this.print(`── ${line}\n\n`));
    this.running = this.traffic.run();
  }

  async stop(): Promise<void> {
    this.traffic?.stop();
    await this.running;
    await this.shop?.stop();
    await this.tocsin?.stop();
    await this.slack.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private anyPorts(): string {
    const file = join(this.directory, 'demo.yaml');
    const any = '127.0.0.1:0';
    writeFileSync(
      file,
      `intake: {http: {listen: "${any}"}, grpc: {listen: "${any}"}}\nmetrics: {listen: "${any}"}\nadmin: {listen: "${any}"}\n`,
    );
    return file;
  }
}

/** Whoever runs the demo is at this machine. */
const demoToken = 'demo-token-of-this-machine';
