import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureRunning } from '../measure/measure.ts';
import type { Stage } from '../measure/stage.ts';
import type { Case } from '../measure/sample.ts';
import type { Options } from '../options.ts';
import { figure, table } from '../report/table.ts';
import { wireText } from '../report/text-report.ts';
import { loadText } from '../load/schedule.ts';
import type { RunningSubject } from '../subjects/running-subject.ts';
import { type CpuProfile, type SelfTime, selfTimes } from './self-times.ts';

const shown = 15;
/** The name of a regular expression is its whole text. */
const longestName = 90;

/** Where Tocsin's threads spend their time under a load, as text: from its first request until the last of it is done. */
export async function profileText(stage: Stage, options: Options, one: Case): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-profile-'));
  try {
    const args = ['--cpu-prof', `--cpu-prof-dir=${directory}`];
    const load = (running: RunningSubject) => measureRunning(stage, options, running, one);
    const { measured } = await stage.withSubject('tocsin', one.compression, load, args);
    const threads = readdirSync(directory)
      .map((file) =>
        selfTimes(JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile, measured),
      )
      .sort((one, other) => busyMicros(other) - busyMicros(one));
    return threads.map((times) => threadText(times, one)).join('\n');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function busyMicros(times: readonly SelfTime[]): number {
  return times.reduce((sum, { micros }) => sum + micros, 0);
}

function threadText(times: readonly SelfTime[], one: Case): string {
  const rows = times
    .slice(0, shown)
    .map(({ name, micros, share }) => [
      name.slice(0, longestName),
      `${figure(share * 100)} %`,
      `${figure(micros / 1000)} ms`,
    ]);
  const seconds = figure(busyMicros(times) / 1e6);
  return `${loadText(one.load)}, ${wireText(one)}, a thread at work for ${seconds} s\n${table(rows, 1)}`;
}
