import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { eventually } from '../../support/eventually.ts';

/** A process of a test, with the lines it has written. */
export class Child {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private readonly process: ChildProcess;
  private ended = false;

  /** @param before the command that the arguments are for */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    before: readonly string[] = [process.execPath],
  ) {
    const path = { PATH: process.env['PATH'] ?? '' };
    const [command, ...rest] = [...before, ...args];
    this.process = spawn(command!, rest, {
      env: { ...path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.process.stdout! }).on('line', (line) => this.stdout.push(line));
    createInterface({ input: this.process.stderr! }).on('line', (line) => this.stderr.push(line));
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => {
        this.ended = true;
        resolve({ code, signal });
      });
    });
  }

  /** The first match in what was written, as soon as it is; fails with all that was written if the process ends before. */
  line(pattern: RegExp, withinMillis?: number): Promise<RegExpExecArray> {
    const look = (): RegExpExecArray | undefined => {
      for (const line of [...this.stdout, ...this.stderr]) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      if (this.ended) throw new Error(`the process ended: ${[...this.stdout, ...this.stderr].join('\n')}`);
      return undefined;
    };
    return eventually(`a line like ${pattern}`, look, withinMillis);
  }

  get id(): number {
    return this.process.pid!;
  }

  kill(signal: NodeJS.Signals): typeof this.exited {
    if (!this.ended) this.process.kill(signal);
    return this.exited;
  }
}
