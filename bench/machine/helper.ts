import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

type Reply = { number: number; value: unknown } | { number: number; error: string };

interface Question {
  number: number;
  question: unknown;
}

/** Another process of the benchmark, which answers questions. */
export class Helper<Q, A> {
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, PromiseWithResolvers<A>>();
  private asked = 0;

  /** @param program URL of a module that calls `answerQuestions` */
  constructor(program: URL) {
    this.process = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.process.on('message', (reply: Reply) => this.take(reply));
    this.process.once('exit', (code, signal) => this.fail(`it ended: ${signal ?? code}`));
  }

  ask(question: Q): Promise<A> {
    const number = ++this.asked;
    const answer = Promise.withResolvers<A>();
    this.waiting.set(number, answer);
    this.process.send({ number, question } satisfies Question);
    return answer.promise;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await exited;
  }

  private take(reply: Reply): void {
    const answer = this.waiting.get(reply.number);
    this.waiting.delete(reply.number);
    if ('error' in reply) answer?.reject(new Error(reply.error));
    else answer?.resolve(reply.value as A);
  }

  private fail(message: string): void {
    for (const { reject } of this.waiting.values()) reject(new Error(message));
    this.waiting.clear();
  }
}

/** The other side: for the module of a `Helper`. The questions are those that its user asks. */
export function answerQuestions(answer: (question: never) => unknown): void {
  process.on('message', ({ number, question }: { number: number; question: never }) => {
    void new Promise((resolve) => resolve(answer(question))).then(
      (value) => process.send!({ number, value }),
      (error: unknown) => process.send!({ number, error: String((error as Error).stack ?? error) }),
    );
  });
  process.once('disconnect', () => process.exit());
}
