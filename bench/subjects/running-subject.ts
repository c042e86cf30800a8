import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadResult, Transport } from '../load/protocol.ts';
import { type Memory, memoryOf } from '../machine/memory.ts';
import { processorNanos } from '../machine/processor-time.ts';
import { scrape } from '../machine/scraper.ts';
import type { Counted } from '../verify/differences.ts';
import { exposedCalls } from '../verify/exposed-calls.ts';
import { parseExposition } from '../verify/exposition.ts';
import type { Launch } from './subject.ts';

const startTimeoutMillis = 20_000;
const stopTimeoutMillis = 10_000;
const readyPollMillis = 2;
const maxComplaintLength = 4_096;

/** A program that is being measured. */
export class RunningSubject {
  /** What came of every load since it was started, to hold what it counted against. */
  readonly sent: LoadResult[] = [];
  private readonly launch: Launch;
  /** From before the process was made until it said that it is ready. */
  readyMillis = 0;
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private complaint = '';
  /** Nobody else would end it when the benchmark is interrupted. */
  private readonly kill = (): void => void this.child.kill('SIGKILL');

  private constructor(child: ChildProcess, launch: Launch) {
    this.child = child;
    this.launch = launch;
    this.exited = once(child, 'exit').finally(() => process.off('exit', this.kill));
    process.prependOnceListener('exit', this.kill);
    // Read, since a full pipe would stop it.
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.complaint = (this.complaint + text).slice(-maxComplaintLength);
    });
  }

  /**
   * @param node the binary that runs it, if it has none of its own
   * @param processor the only one that it may use; undefined = any
   * @throws Error, with what it wrote to stderr, if it ends or is not ready in 20 s
   */
  static async start(node: string, launch: Launch, processor?: string): Promise<RunningSubject> {
    const command = [launch.program ?? node, ...launch.args];
    const [program = '', ...args] =
      processor === undefined ? command : ['taskset', '-c', processor, ...command];
    const startedAt = performance.now();
    const child = spawn(program, args, {
      // The path is for taskset, which is looked for by it.
      env: { PATH: process.env['PATH'], ...launch.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const subject = new RunningSubject(child, launch);
    while (!(await isReady(launch.readyUrl))) {
      if (performance.now() - startedAt > startTimeoutMillis || subject.hasEnded) {
        await subject.stop();
        throw new Error(`it did not become ready: ${subject.complaint}`);
      }
      await delay(readyPollMillis);
    }
    subject.readyMillis = performance.now() - startedAt;
    return subject;
  }

  get otlpUrl(): string {
    return this.launch.otlpUrl;
  }

  /** @throws Error if it takes nothing that way */
  urlFor(transport: Transport): string {
    const url = transport === 'http' ? this.otlpUrl : this.launch.grpcUrl;
    if (url === undefined) throw new Error(`it takes nothing over ${transport}`);
    return url;
  }

  get metricsUrl(): string {
    return this.launch.metricsUrl;
  }

  /** What it says that it has counted so far. @throws Error if it does not answer */
  async counted(): Promise<Counted> {
    const { metricsUrl, dropped } = this.launch;
    const calls = exposedCalls(parseExposition(await scrape(metricsUrl)));
    if (dropped === undefined) return { calls, dropped: undefined };
    const own = parseExposition(await scrape(dropped.url)).filter(({ name }) => name === dropped.counter);
    return { calls, dropped: own.reduce((sum, { value }) => sum + value, 0) };
  }

  /** @throws Error if it has ended */
  get processorNanos(): number {
    return processorNanos(this.pid);
  }

  /** @throws Error if it has ended */
  get memory(): Memory {
    return memoryOf(this.pid);
  }

  /** Safe twice. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.child.kill('SIGTERM');
    const overdue = setTimeout(() => this.child.kill('SIGKILL'), stopTimeoutMillis);
    await this.exited;
    clearTimeout(overdue);
  }

  private get pid(): number {
    if (this.hasEnded) throw new Error(`it ended by itself: ${this.complaint}`);
    return this.child.pid!;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

function isReady(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = get(url, { agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
      response.once('error', () => resolve(false));
    });
    asking.once('error', () => resolve(false));
  });
}
