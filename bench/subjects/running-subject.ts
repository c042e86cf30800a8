import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Memory, memoryOf } from '../machine/memory.ts';
import { processorNanos } from '../machine/processor-time.ts';
import type { Launch } from './subject.ts';

const startTimeoutMillis = 20_000;
const stopTimeoutMillis = 10_000;
const readyPollMillis = 2;
const maxComplaintLength = 4_096;

/** A program that is being measured. */
export class RunningSubject {
  readonly otlpUrl: string;
  /** From before the process was made until it said that it is ready. */
  readyMillis = 0;
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private complaint = '';
  /** Nobody else would end it when the benchmark is interrupted. */
  private readonly kill = (): void => void this.child.kill('SIGKILL');

  private constructor(child: ChildProcess, otlpUrl: string) {
    this.child = child;
    this.otlpUrl = otlpUrl;
    this.exited = once(child, 'exit').finally(() => process.off('exit', this.kill));
    process.prependOnceListener('exit', this.kill);
    // Read, since a full pipe would stop it.
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.complaint = (this.complaint + text).slice(-maxComplaintLength);
    });
  }

  /**
   * @param node the binary that runs it
   * @throws Error, with what it wrote to stderr, if it ends or is not ready in 20 s
   */
  static async start(node: string, launch: Launch): Promise<RunningSubject> {
    const startedAt = performance.now();
    const child = spawn(node, launch.args, {
      env: launch.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const subject = new RunningSubject(child, launch.otlpUrl);
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
