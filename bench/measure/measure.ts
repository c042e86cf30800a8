import { setTimeout as delay } from 'node:timers/promises';
import type { Options } from '../options.ts';
import type { RunningSubject } from '../subjects/running-subject.ts';
import type { SubjectName } from '../subjects/subject.ts';
import { type Case, problemsOf, type Sample } from './sample.ts';
import { settle } from './settle.ts';
import type { Stage } from './stage.ts';

/** One measurement, of a program that was started for it. */
export function measure(
  stage: Stage,
  options: Options,
  subject: SubjectName,
  one: Case,
  round: number,
): Promise<Sample> {
  return stage.withSubject(subject, one.compression, async (running) => {
    return { subject, ...one, round, ...(await measureRunning(stage, options, running, one)) };
  });
}

type Figures = Omit<Sample, 'subject' | 'round' | keyof Case>;

export function measureRunning(
  stage: Stage,
  options: Options,
  running: RunningSubject,
  one: Case,
): Promise<Figures> {
  if (one.load === 0) return idle(running, options);
  return loaded(new LoadedRun(stage, options, running, one), options);
}

async function idle(running: RunningSubject, { idleSeconds }: Options): Promise<Figures> {
  const before = running.processorNanos;
  await delay(idleSeconds * 1000);
  return {
    spans: 0,
    lostSpans: 0,
    processorNanos: running.processorNanos - before,
    wallNanos: idleSeconds * 1e9,
    memory: running.memory,
    sent: undefined,
    problems: [],
  };
}

async function loaded(run: LoadedRun, { warmUpSeconds, seconds }: Options): Promise<Figures> {
  await run.send(warmUpSeconds);
  await run.settle();
  return run.figures(seconds);
}

class LoadedRun {
  private readonly stage: Stage;
  private readonly options: Options;
  private readonly running: RunningSubject;
  private readonly case: Case;

  constructor(stage: Stage, options: Options, running: RunningSubject, one: Case) {
    this.stage = stage;
    this.options = options;
    this.running = running;
    this.case = one;
  }

  send(seconds: number) {
    return this.stage.generator.ask({
      url: this.running.otlpUrl,
      load: this.case.load,
      millis: seconds * 1000,
      encoding: this.options.encoding,
      failingShare: this.options.failingShare,
      gzip: this.case.compression === 'gzip',
    });
  }

  settle(): Promise<void> {
    return settle(
      () => this.running.processorNanos,
      () => this.delivered(),
    );
  }

  async figures(seconds: number): Promise<Figures> {
    const { running } = this;
    const before = { nanos: running.processorNanos, delivered: await this.delivered() };
    const beganAt = performance.now();
    const sent = await this.send(seconds);
    // The last request of a schedule is answered before its time is over.
    const wallNanos = Math.max(performance.now() - beganAt, seconds * 1000) * 1e6;
    const { memory } = running;
    await this.settle();
    const processorNanos = running.processorNanos - before.nanos;
    const delivered = (await this.delivered()) - before.delivered;
    const lostSpans = this.options.forward ? sent.spans - sent.healthChecks - delivered : 0;
    return {
      spans: sent.spans - Math.max(0, lostSpans),
      lostSpans,
      processorNanos,
      wallNanos,
      memory,
      sent,
      problems: problemsOf(sent, lostSpans, this.case.load),
    };
  }

  private async delivered(): Promise<number> {
    return (await this.stage.sinkCounts()).spans;
  }
}
