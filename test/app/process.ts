import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** One line of the log. */
export interface LogLine {
  level: string;
  msg: string;
}

/** A run of the program, from its source, with an environment that is given whole but for where Node keeps compiled modules. */
export class Program {
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;
  private stdout = '';
  private stderr = '';

  constructor(
    t: Pick<TestContext, 'after'>,
    args: readonly string[],
    environment: Record<string, string> = {},
  ) {
    const env = { NODE_COMPILE_CACHE: 'node_modules/.cache/compile', ...environment };
    const child = spawn(process.execPath, ['src/main.ts', ...args], { cwd: root, env });
    this.child = child;
    child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = once(child, 'close').then(([code]: unknown[]) => {
      return { code: code as number | null, stdout: this.stdout, stderr: this.stderr };
    });
    t.after(() => child.kill('SIGKILL'));
  }

  /** Everything it has printed so far. */
  get output(): string {
    return this.stdout + this.stderr;
  }

  get log(): LogLine[] {
    const whole = this.stderr.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return whole.map((line) => JSON.parse(line) as LogLine);
  }

  /** Waits for a line of the log. */
  logged(pattern: RegExp): Promise<LogLine> {
    return eventually(`${pattern} in the log`, () => {
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.output}`);
      return this.log.find(({ msg }) => pattern.test(msg));
    });
  }

  /** Waits until it listens. @returns URLs without a slash at the end */
  async listening(): Promise<{ otlp: string; metrics: string; admin: string }> {
    await this.logged(/^not configured: forwarding/);
    const url = async (pattern: RegExp): Promise<string> =>
      pattern.exec((await this.logged(pattern)).msg)![1]!;
    return {
      otlp: await url(/^send OTLP to (\S+)/),
      metrics: await url(/^metrics for Prometheus: (\S+)\/metrics/),
      admin: await url(/ (http\S+)\/api\/issues$/),
    };
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
