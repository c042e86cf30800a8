import { fuzz, type Report } from './fuzz.ts';
import { UsageWrong } from '../support/command-line.ts';
import { type Options, readOptions, usage } from './options.ts';

function show(
  { cases, taken, failures, next, seconds, cpuSeconds }: Report,
  { seed, target }: Options,
): void {
  const of = target === undefined ? '' : ` --target ${target}`;
  for (const failure of failures) {
    process.stdout.write(`FAILED ${failure.target}: ${failure.what}\ninput: ${failure.input}\n`);
    const again = `--seed ${seed} --target ${failure.target} --from ${failure.case} --cases 1`;
    process.stdout.write(`again: npm run fuzz -- ${again}\n\n`);
  }
  const perSecond = Math.round(cases / seconds);
  const perCpuSecond = Math.round(cases / cpuSeconds);
  process.stdout.write(
    `${cases} cases in ${Math.round(seconds)} s (${perSecond} a second, ${perCpuSecond} a second of the processor), ` +
      `${taken} of them taken, ${failures.length} failed\n` +
      `to go on: npm run fuzz -- --seed ${seed}${of} --from ${next}\n`,
  );
  if (failures.length > 0) process.exitCode = 1;
}

try {
  const options = readOptions(process.argv.slice(2));
  show(await fuzz(options), options);
} catch (error) {
  if (!(error instanceof UsageWrong)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
