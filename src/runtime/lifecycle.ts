/**
 * A part that runs. `start` returns when it is ready; `stop` flushes, may be called twice and without a start, and does
 * not throw for what it could not flush but says so in its own way.
 */
export interface Component {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts parts in the order given, which is downstream first, so that nothing is handed to a part that is not there yet;
 * stops them the other way round. A start that fails stops what had started, and is thrown.
 */
export class Lifecycle implements Component {
  readonly name = 'lifecycle';
  private readonly parts: readonly Component[];
  private readonly running: Component[] = [];
  private stopping: Promise<void> | undefined;

  constructor(parts: readonly Component[]) {
    this.parts = parts;
  }

  async start(): Promise<void> {
    for (const part of this.parts) {
      try {
        await part.start();
        this.running.push(part);
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
  }

  /** @throws AggregateError of what went wrong, after every part was told to stop */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    const errors: unknown[] = [];
    for (let part = this.running.pop(); part !== undefined; part = this.running.pop()) {
      try {
        await part.stop();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'some parts did not stop well');
  }
}

/** Parts that do not depend on each other as one part: they start and stop at the same time. */
export function together(name: string, parts: readonly Component[]): Component {
  return {
    name,
    start: async () => {
      const results = await Promise.allSettled(parts.map((part) => part.start()));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed === undefined) return;
      await Promise.allSettled(parts.map((part) => part.stop()));
      throw failed.reason;
    },
    stop: async () => {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}
