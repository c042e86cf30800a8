import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { figure, table } from '../report/table.ts';
import { fillStore } from './fill.ts';
import { type Answered, askAll, type Exported, exportAll } from './measure.ts';
import { startOn } from './running.ts';

const usage = `usage: npm run bench:store -- [option]...

  --issues N       (100000)
  --events N       of all issues together (1000000)
  --rounds N       each question is asked so often (60)
  --directory DIR  has the store, or is to have it, and keeps it; else one that is deleted
  --program FILE   the bundle (dist/main.js)
  --smoke          only that it runs: 1,000 issues, 20,000 events, 3 rounds
`;

/** Milliseconds. */
const target = 50;

const print = (text: string): void => void process.stdout.write(text);
const tell = (what: string): void => void process.stderr.write(`${what}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    issues: text,
    events: text,
    rounds: text,
    directory: text,
    program: { type: 'string', default: 'dist/main.js' },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const size = values.smoke
  ? { issues: 1000, events: 20_000, rounds: 3 }
  : { issues: 100_000, events: 1_000_000, rounds: 60 };
const issues = Number(values.issues ?? size.issues);
const events = Number(values.events ?? size.events);
const rounds = Number(values.rounds ?? size.rounds);
const areNumbers = [issues, events, rounds].every((number) => Number.isInteger(number) && number > 0);
if (values.help || !areNumbers || events < issues) {
  print(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  const directory = resolve(values.directory ?? mkdtempSync(join(tmpdir(), 'tocsin-bench-store-')));
  try {
    await run(directory);
  } finally {
    if (values.directory === undefined) rmSync(directory, { recursive: true });
  }
}

async function run(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'tocsin.db');
  if (!existsSync(path)) {
    const beganAt = performance.now();
    fillStore(path, { issues, events, until: Date.now() }, tell);
    const seconds = (performance.now() - beganAt) / 1000;
    print(`filled in ${figure(seconds)} s: ${figure(events / seconds)} events a second\n`);
  }
  print(`${figure(statSync(path).size / 1e6)} MB\n\n`);
  const { subject, api } = await startOn(resolve(values.program), directory);
  try {
    const processorNanos = (): number => subject.processorNanos;
    const asking = { rounds, scale: issues / 100_000, processorNanos };
    print(`RSS ${figure(subject.memory.rss / 1e6)} MB\n\n`);
    print(answersText(await askAll(api, asking, tell)));
    print(`\nRSS ${figure(subject.memory.rss / 1e6)} MB\n`);
    for (const format of ['json', 'csv']) {
      print(exportText(format, await exportAll(api, `/api/events/export?format=${format}&service=cart`)));
      print(`RSS ${figure(subject.memory.rss / 1e6)} MB\n`);
    }
  } finally {
    await subject.stop();
  }
}

function answersText(answers: readonly Answered[]): string {
  const rows = answers.map(({ name, p50, p95, most, cpu }) => {
    return [name, p95 <= target ? 'ok' : 'MISSED', ...[p50, p95, most, cpu].map(figure)];
  });
  return table([['milliseconds', `p95 ≤ ${target}`, 'p50', 'p95', 'most', 'cpu p95'], ...rows], 2);
}

function exportText(format: string, { megabytes, seconds, meanwhile }: Exported): string {
  const { p50, p95, most } = meanwhile;
  const asked = `a search meanwhile: p50 ${figure(p50)}, p95 ${figure(p95)}, most ${figure(most)} ms`;
  return `\nexport of a service as ${format}: ${figure(megabytes)} MB in ${figure(seconds)} s; ${asked}\n`;
}
