import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadOrder, LoadResult } from '../load/protocol.ts';
import { Helper } from '../machine/helper.ts';
import { makeRoom, type Processors, takeBack } from '../machine/pinning.ts';
import type { Compression, Options } from '../options.ts';
import type { SinkCounts } from '../sink/main.ts';
import { copyNode } from '../subjects/node-copies.ts';
import { OtelcolSubject } from '../subjects/otelcol.ts';
import { ReferenceSubject } from '../subjects/reference.ts';
import { RunningSubject } from '../subjects/running-subject.ts';
import type { Subject, SubjectName } from '../subjects/subject.ts';
import { TocsinSubject } from '../subjects/tocsin.ts';

/** All that takes part in measuring: the generator of load, the sink, and the programs that stand between them. */
export class Stage {
  readonly generator: Helper<LoadOrder, LoadResult>;
  private readonly sink: Helper<'counts', SinkCounts>;
  private readonly directory: string;
  private readonly forward: boolean;
  private readonly processors: Processors;
  private readonly actors = new Map<SubjectName, { subject: Subject; node: string }>();
  private sinkUrl = '';

  private constructor(directory: string, forward: boolean) {
    this.directory = directory;
    this.forward = forward;
    this.processors = makeRoom();
    this.generator = new Helper<LoadOrder, LoadResult>(new URL('../load/main.ts', import.meta.url));
    this.sink = new Helper<'counts', SinkCounts>(new URL('../sink/main.ts', import.meta.url));
  }

  /** Runs something on a stage, of which nothing is left afterwards. */
  static async use<T>(options: Options, play: (stage: Stage) => Promise<T>): Promise<T> {
    const directory = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
    const stage = new Stage(directory, options.forward);
    // When it is interrupted, the subject that was killed a moment ago may still be writing there.
    const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
    process.once('exit', remove);
    try {
      await stage.prepare(options);
      return await play(stage);
    } finally {
      await Promise.all([stage.generator.stop(), stage.sink.stop()]);
      takeBack(stage.processors);
      process.off('exit', remove);
      remove();
    }
  }

  sinkCounts(): Promise<SinkCounts> {
    return this.sink.ask('counts');
  }

  /**
   * Runs something with a subject that was just started, on an empty directory.
   * @param nodeArgs options of node itself
   */
  async withSubject<T>(
    name: SubjectName,
    compression: Compression,
    use: (running: RunningSubject) => Promise<T>,
    nodeArgs: readonly string[] = [],
  ): Promise<T> {
    const { subject, node } = this.actors.get(name)!;
    const directory = mkdtempSync(join(this.directory, `${name}-`));
    const forward = this.forward ? { endpoint: this.sinkUrl, gzip: compression === 'gzip' } : undefined;
    const launch = await subject.launch({ directory, forward });
    const args = [...nodeArgs, ...launch.args];
    const running = await RunningSubject.start(node, { ...launch, args }, this.processors.subject);
    try {
      return await use(running);
    } finally {
      await running.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  }

  private async prepare({ subjects, program }: Options): Promise<void> {
    this.sinkUrl = (await this.sinkCounts()).url;
    const made: Record<SubjectName, () => Subject | Promise<Subject>> = {
      tocsin: () => new TocsinSubject(program),
      otelcol: () => new OtelcolSubject(),
      reference: () => ReferenceSubject.bundled(this.directory),
    };
    for (const name of subjects)
      this.actors.set(name, { subject: await made[name](), node: copyNode(this.directory, name) });
  }
}
