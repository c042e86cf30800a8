import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release } from 'node:os';
import { bench, mistakesOf } from './bench.ts';
import { Stage } from './measure/stage.ts';
import { type Options, readOptions, UsageWrong, usage } from './options.ts';
import { profileText } from './profile/profile.ts';
import { casesText, readyText, targetsText } from './report/text-report.ts';

const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  kernel: release(),
  node: process.version,
};

async function benchmark(options: Options): Promise<void> {
  const result = await Stage.use(options, (stage) => bench(stage, options, tell));
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ machine, options, ...result }, undefined, 2)}\n`);
  const mistakes = mistakesOf(result, options);
  const { node, cores, processor } = machine;
  print(
    `\nNode ${node}, ${cores} cores of ${processor}; ${options.encoding}, ${options.forward ? 'forwarding' : 'nothing is forwarded'}\n`,
    casesText(result.cases),
    readyText(result.ready),
    options.smoke ? '' : targetsText(result.judged),
    ...mistakes.map((mistake) => `FAILED ${mistake}\n`),
  );
  if (mistakes.length > 0) process.exitCode = 1;
}

async function profile(options: Options): Promise<void> {
  await Stage.use({ ...options, subjects: ['tocsin'] }, async (stage) => {
    for (const compression of options.compressions) print(await profileText(stage, options, compression));
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
