import { quantile } from '../statistics.ts';
import type { ApiClient } from './client.ts';
import { type Known, type Question, questionsOf } from './questions.ts';

export interface Answered {
  name: string;
  p50: number;
  p95: number;
  most: number;
  /** Milliseconds of processor time, 95 of 100 at most: also right where others take turns with what is measured. */
  cpu: number;
}

export interface Exported {
  megabytes: number;
  seconds: number;
  /** Of a list that was asked for again and again meanwhile. */
  meanwhile: Omit<Answered, 'cpu'>;
}

export interface Asking {
  rounds: number;
  /** How large the store is; 1 = 100,000 issues. */
  scale: number;
  /** Of Tocsin, up to now. */
  processorNanos: () => number;
}

/** Asks every question so many times, one after the other, so that no answer helps the next. */
export async function askAll(
  api: ApiClient,
  { rounds, scale, processorNanos }: Asking,
  tell: (what: string) => void,
): Promise<Answered[]> {
  const questions = questionsOf(await look(api)).map((question) => scaled(question, scale));
  const asked: { name: string; path: string; millis: number[]; cpu: number[] }[] = [];
  for (const question of questions)
    asked.push({ name: question.name, path: await api.pathOf(question), millis: [], cpu: [] });
  for (let round = 0; round <= rounds; round++) {
    if (round % 10 === 1) tell(`round ${round} of ${rounds}`);
    for (const { path, millis, cpu } of asked) {
      const before = processorNanos();
      const taken = await api.time(path);
      // The first one compiles.
      if (round === 0) continue;
      millis.push(taken);
      cpu.push((processorNanos() - before) / 1e6);
    }
  }
  return asked.map(({ name, millis, cpu }) => ({ ...summary(name, millis), cpu: quantile(cpu, 0.95) }));
}

/** Exports everything, and asks for other things meanwhile. */
export async function exportAll(api: ApiClient, path: string): Promise<Exported> {
  const beganAt = performance.now();
  const millis: number[] = [];
  const read = { bytes: 0, isAll: false };
  const reading = (async () => {
    for await (const chunk of api.stream(path)) read.bytes += chunk.length;
    read.isAll = true;
  })();
  const asking = (async () => {
    do millis.push(await api.time('/api/issues?q=refused'));
    while (!read.isAll);
  })();
  await Promise.all([reading, asking]);
  return {
    megabytes: read.bytes / 1e6,
    seconds: (performance.now() - beganAt) / 1000,
    meanwhile: summary('search meanwhile', millis),
  };
}

async function look(api: ApiClient): Promise<Known> {
  const [issue] = (await api.page<{ id: string; short_id: string }>('/api/issues?sort=count&limit=1')).items;
  const [event] = (
    await api.page<{ id: string; trace_id: string; support_code: string }>('/api/events?limit=1')
  ).items;
  if (issue === undefined || event === undefined) throw new Error('there is nothing in the store');
  return {
    issueId: issue.id,
    shortId: issue.short_id,
    traceId: event.trace_id,
    supportCode: event.support_code,
    eventId: event.id,
  };
}

/** In a smaller store lists are shorter. */
function scaled(question: Question, scale: number): Question {
  return question.deep === undefined ? question : { ...question, deep: Math.floor(question.deep * scale) };
}

function summary(name: string, millis: readonly number[]): Omit<Answered, 'cpu'> {
  return { name, p50: quantile(millis, 0.5), p95: quantile(millis, 0.95), most: Math.max(...millis) };
}
