import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { bench, mistakesOf } from './bench.ts';
import { casesOf } from './measure/plan.ts';
import { Stage } from './measure/stage.ts';
import { type Options, readOptions, UsageWrong, usage } from './options.ts';
import { goVersion, manifestFile, releaseOf } from './otelcol/binary.ts';
import { profileText } from './profile/profile.ts';
import { casesText, readyText, targetsText } from './report/text-report.ts';
import { availableSubjects } from './subjects/available.ts';

const machine = {
  date: new Date().toISOString().slice(0, 10),
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  kernel: release(),
  node: process.version,
  otelcol: releaseOf(readFileSync(manifestFile, 'utf8')),
  go: goVersion(),
};

async function benchmark(asked: Options): Promise<void> {
  const { subjects, leftOut } = availableSubjects(asked);
  const options = { ...asked, subjects };
  if (leftOut !== undefined) tell(leftOut);
  const result = await Stage.use(options, (stage) => bench(stage, options, tell));
  const load = loadavg().map((average) => average.toFixed(1));
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ machine, load, options, ...result }, undefined, 2)}\n`);
  const mistakes = mistakesOf(result, options);
  print(
    `\n${machineText(load, options)}\n`,
    casesText(result.cases),
    readyText(result.ready),
    options.smoke ? '' : targetsText(result.judged),
    leftOut ?? '',
    ...mistakes.map((mistake) => `FAILED ${mistake}\n`),
  );
  if (mistakes.length > 0) process.exitCode = 1;
}

function machineText(load: readonly string[], { rounds, seconds, forward }: Options): string {
  const { date, node, go = 'no Go', otelcol, cores, processor, kernel } = machine;
  return [
    `${date}: Node ${node}, OpenTelemetry Collector ${otelcol} (${go}), ${cores} cores of ${processor}, Linux ${kernel}, load ${load.join(' ')}`,
    `${rounds} rounds of ${seconds} s${forward ? '' : ', nothing is forwarded'}; medians, of some in parentheses the 95 % interval (of fewer than six rounds least and most)`,
  ].join('\n');
}

async function profile(options: Options): Promise<void> {
  await Stage.use({ ...options, subjects: ['tocsin'] }, async (stage) => {
    for (const one of casesOf(options)) print(await profileText(stage, options, one));
  });
}

function print(...sections: string[]): void {
  process.stdout.write(`${sections.filter((section) => section !== '').join('\n')}\n`);
}

function tell(what: string): void {
  process.stderr.write(`${what}\n`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  const args = process.argv.slice(2);
  if (args.includes('--help')) print(usage);
  else {
    const options = readOptions(args);
    await (options.profile ? profile(options) : benchmark(options));
  }
} catch (error) {
  process.stderr.write(
    error instanceof UsageWrong ? `${error.message}\n\n${usage}` : `${String((error as Error).stack)}\n`,
  );
  process.exitCode = 2;
}
