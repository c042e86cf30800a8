import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canMount } from '../e2e/support/small-disk.ts';
import { UsageWrong } from '../support/command-line.ts';
import { type Options, readOptions, usage } from './options.ts';
import { planOf } from './plan.ts';
import { Round } from './round.ts';
import { Summary } from './summary.ts';

/** After so many rounds that failed there is enough to look at. */
const mostFailures = 3;
/** Of one round. */
const mostProblems = 20;

let underWay: Round | undefined;

async function run({ seed, from, seconds, rounds, json }: Options): Promise<void> {
  const summary = new Summary();
  const hasDisks = canMount();
  if (!hasDisks) print('A file system of its own cannot be mounted here: no disk will be full.');
  print(`seed ${seed}`);
  const beganAt = performance.now();
  let failures = 0;
  let number = from;
  const isOver = (): boolean => performance.now() - beganAt >= seconds * 1000 || failures === mostFailures;
  for (; number < from + rounds && !isOver(); number++) {
    const round = new Round(planOf(seed, number, hasDisks));
    underWay = round;
    await round.run();
    summary.add(round);
    if (round.problems.length === 0) continue;
    failures++;
    tell(round);
  }
  const minutes = (performance.now() - beganAt) / 60_000;
  print(`\n${summary.text}`);
  print(`${minutes.toFixed(1)} minutes, ${failures} rounds failed`);
  print(`to go on: npm run ledger -- --seed ${seed} --from ${number}`);
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ seed, from, minutes, failures, ...summary.counts }, null, 2)}\n`);
  if (failures > 0) process.exitCode = 1;
}

/** What is wrong, and all that helps to find out why. */
function tell({ plan, problems, lives }: Round): void {
  const directory = mkdtempSync(join(tmpdir(), `tocsin-ledger-${plan.seed}-${plan.round}-`));
  const diary = lives?.diary ?? [];
  writeFileSync(join(directory, 'plan.json'), JSON.stringify(plan, null, 2));
  writeFileSync(join(directory, 'problems.txt'), problems.join('\n'));
  writeFileSync(join(directory, 'diary.txt'), diary.join('\n'));
  writeFileSync(join(directory, 'tocsin.log'), lives?.log ?? '');
  print(`\nFAILED round ${plan.round} of seed ${plan.seed}`);
  for (const problem of problems.slice(0, mostProblems)) print(`  ${problem}`);
  if (problems.length > mostProblems) print(`  … and ${problems.length - mostProblems} more`);
  print(`settings: ${JSON.stringify(plan.settings)}`);
  print(`what was done:\n  ${diary.join('\n  ')}`);
  print(`Tocsin's log and all else: ${directory}`);
  print(`again: npm run ledger -- --seed ${plan.seed} --from ${plan.round} --rounds 1`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

// Tocsin and its data are not to be left behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    const closing = underWay?.close() ?? Promise.resolve();
    void closing.finally(() => process.exit(1));
  });

try {
  await run(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageWrong)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
