import { setTimeout as delay } from 'node:timers/promises';
import type { LoadOrder, LoadResult } from '../load/protocol.ts';
import { type Load, warmUpOf } from '../load/schedule.ts';
import { whileScraping } from '../machine/scraper.ts';
import type { Options } from '../options.ts';
import type { RunningSubject } from '../subjects/running-subject.ts';
import type { SubjectName } from '../subjects/subject.ts';
import { differences, dueOf } from '../verify/differences.ts';
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

/** The Collector's metrics are as they were up to five seconds ago, and a series begins at 0. */
const countedWithinMillis = 12_000;
const countedPollMillis = 250;

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

async function idle(running: RunningSubject, { warmUpSeconds, idleSeconds }: Options): Promise<Figures> {
  // What is put off at a start is done first.
  await delay(warmUpSeconds * 1000);
  const before = running.processorNanos;
  const fromMicros = monotonicMicros();
  await whileScraping(running.metricsUrl, () => delay(idleSeconds * 1000));
  return {
    spans: 0,
    lostSpans: 0,
    deliveredBytes: 0,
    processorNanos: running.processorNanos - before,
    wallNanos: idleSeconds * 1e9,
    measured: { fromMicros, untilMicros: monotonicMicros() },
    memory: running.memory,
    sent: undefined,
    problems: [],
  };
}

/** Of the clock that all processes of the machine have in common. */
function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

async function loaded(run: LoadedRun, { warmUpSeconds, seconds }: Options): Promise<Figures> {
  await run.send(warmUpSeconds, warmUpOf(run.load));
  await run.settle();
  const figures = await run.figures(seconds);
  return { ...figures, problems: [...figures.problems, ...(await run.differences())] };
}

class LoadedRun {
  private readonly stage: Stage;
  private readonly options: Options;
  private readonly running: RunningSubject;
  private readonly case: Case;
  readonly load: Load;

  constructor(stage: Stage, options: Options, running: RunningSubject, one: Case) {
    this.stage = stage;
    this.options = options;
    this.running = running;
    this.case = one;
    this.load = one.load;
  }

  async send(seconds: number, as: Pick<LoadOrder, 'load' | 'spansPerRequest'>): Promise<LoadResult> {
    const result = await this.stage.generator.ask({
      transport: this.case.transport,
      url: this.running.urlFor(this.case.transport),
      ...as,
      millis: seconds * 1000,
      encoding: this.case.encoding,
      failingShare: this.options.failingShare,
      gzip: this.case.compression === 'gzip',
    });
    this.running.sent.push(result);
    return result;
  }

  settle(): Promise<void> {
    return settle(
      () => this.running.processorNanos,
      async () => (await this.stage.sinkCounts()).spans,
    );
  }

  async figures(seconds: number): Promise<Figures> {
    const { running } = this;
    const before = { nanos: running.processorNanos, sink: await this.stage.sinkCounts() };
    const beganAt = performance.now();
    const fromMicros = monotonicMicros();
    const sent = await whileScraping(running.metricsUrl, () => this.send(seconds, { load: this.load }));
    // The last request of a schedule is answered before its time is over.
    const wallNanos = Math.max(performance.now() - beganAt, seconds * 1000) * 1e6;
    const { memory } = running;
    await this.settle();
    const processorNanos = running.processorNanos - before.nanos;
    const measured = { fromMicros, untilMicros: monotonicMicros() };
    const sink = await this.stage.sinkCounts();
    const delivered = sink.spans - before.sink.spans;
    const lostSpans = this.options.forward ? sent.spans - sent.healthChecks - delivered : 0;
    return {
      spans: sent.spans - Math.max(0, lostSpans),
      lostSpans,
      deliveredBytes: sink.bytes - before.sink.bytes,
      processorNanos,
      wallNanos,
      measured,
      memory,
      sent,
      problems: problemsOf(sent, lostSpans, this.load),
    };
  }

  /** Whether it counted what it was sent, which may show only when it next looks. */
  async differences(): Promise<string[]> {
    const due = dueOf(this.running.sent);
    const until = performance.now() + countedWithinMillis;
    for (;;) {
      const found = differences(due, await this.running.counted());
      if (found.length === 0 || performance.now() > until) return found;
      await delay(countedPollMillis);
    }
  }
}
