import type { Memory } from '../machine/memory.ts';
import { measureRunning } from '../measure/measure.ts';
import type { Sample } from '../measure/sample.ts';
import type { Stage } from '../measure/stage.ts';
import type { Options } from '../options.ts';
import { figure, table } from '../report/table.ts';

export interface SoakOptions {
  /** In spans a second. */
  load: number;
  /** Each is measured by itself, on the same program. */
  steps: number;
  stepSeconds: number;
}

type Step = Pick<Sample, 'spans' | 'lostSpans' | 'memory' | 'sent' | 'problems'>;

/** More than memory varies from one minute to the next, and less than a leak of a byte per span takes in ten minutes. */
const mostGrowth = 1.05;

/** The same load for long. @returns why it was not well; empty if it was */
export function soak(
  stage: Stage,
  options: Options,
  { load, steps, stepSeconds }: SoakOptions,
  tell: (line: string) => void,
): Promise<string[]> {
  return stage.withSubject('tocsin', 'none', async (running) => {
    const done: Step[] = [];
    const step = { ...options, seconds: stepSeconds };
    for (let number = 1; number <= steps; number++) {
      const warmUpSeconds = number === 1 ? options.warmUpSeconds : 1;
      const one = { load, transport: 'http', encoding: 'protobuf', compression: 'none' } as const;
      done.push(await measureRunning(stage, { ...step, warmUpSeconds }, running, one));
      tell(stepText(number, done.at(-1)!));
    }
    return [...done.flatMap(({ problems }) => problems), ...growthOf(done.map(({ memory }) => memory))];
  });
}

function stepText(number: number, { spans, lostSpans, memory, sent }: Step): string {
  const cells = [
    `${number}`,
    `${figure(spans)} spans`,
    `${lostSpans} lost`,
    `p99 ${figure(sent?.answerMillis.p99 ?? Number.NaN)} ms`,
    `RSS ${figure(memory.rss / 1e6)} MB`,
  ];
  return table([cells], 1).trimEnd();
}

/** Of the last third against the middle one: the first is spent on growing to what is needed. */
export function growthOf(memory: readonly Pick<Memory, 'rss'>[]): string[] {
  const third = Math.floor(memory.length / 3);
  if (third === 0) return [];
  const most = (steps: readonly Pick<Memory, 'rss'>[]): number => Math.max(...steps.map(({ rss }) => rss));
  const last = most(memory.slice(-third));
  const middle = most(memory.slice(-2 * third, -third));
  if (last <= middle * mostGrowth) return [];
  return [`memory grew from ${figure(middle / 1e6)} to ${figure(last / 1e6)} MB in the last third`];
}
