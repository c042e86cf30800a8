import { parseArgs } from 'node:util';
import { readConfiguration } from './app/configuration.ts';
import { configFilesOf, environmentSchema } from './app/options.ts';
import { run } from './app/run.ts';
import { readVersion } from './app/version.ts';
import { readEnvironment } from './config/environment.ts';
import { formatProblem } from './config/problem.ts';
import { createLog } from './telemetry/log.ts';
import { readableLog } from './telemetry/readable-log.ts';

const usage = `usage: tocsin <command>

  run [--config FILE]...   run (the default); several files are layered in order
  check [FILE]...          tell every mistake in the configuration; exit 0 or 1
  version                  print the version

Without files, those named by TOCSIN_CONFIG (apart by colons) are read. See docs/configuration.md.
`;

/** What is under way when Tocsin is told to stop has this long to be finished. */
const stopDeadlineMillis = 4_500;

const exitCode = { ok: 0, failed: 1, usage: 2 } as const;

const environment = readEnvironment();
const [command = 'run', ...rest] = process.argv.slice(2);

switch (command) {
  case 'run':
    await runCommand(rest);
    break;
  case 'check':
    checkCommand(rest);
    break;
  case 'version':
  case '--version':
    process.stdout.write(`tocsin ${readVersion()} node ${process.version}\n`);
    break;
  case 'help':
  case '--help':
    process.stdout.write(usage);
    break;
  default:
    failUsage(`there is no command ${command}`);
}

async function runCommand(given: string[]): Promise<void> {
  const files = parse(given, () => {
    const { values } = parseArgs({ args: given, options: { config: { type: 'string', multiple: true } } });
    return values.config ?? configFilesOf(environment);
  });
  const settings = environmentSchema.safeParse(environment);
  if (!settings.success) {
    for (const { path, message } of settings.error.issues)
      process.stderr.write(`environment variable ${path.join('.')}: ${message}\n`);
    process.exit(exitCode.failed);
  }
  const { TOCSIN_DATA_DIR: dataDirectory, LOG_LEVEL: level } = settings.data;
  const colour = environment['NO_COLOR'] === undefined || environment['NO_COLOR'] === '';
  const log = createLog(level, process.stderr.isTTY ? readableLog(process.stderr, colour) : process.stderr);
  try {
    const tocsin = await run(files, environment, dataDirectory, log);
    stopOnSignals(tocsin);
  } catch (error) {
    // What is expected to go wrong says what to do; the stack of anything else is for us.
    const text =
      error instanceof Error && expected.has(error.name)
        ? error.message
        : String((error as Error).stack ?? error);
    process.stderr.write(`${text}\n`);
    process.exit(exitCode.failed);
  }
}

const expected = new Set(['ConfigurationInvalid', 'DataDirectoryUnusable', 'StoreUnusable', 'ListenFailed']);

/** Stops on SIGTERM and SIGINT; a second signal, or the deadline, ends it at once. */
function stopOnSignals(tocsin: { stop(): Promise<void> }): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(exitCode.failed);
    stopping = true;
    setTimeout(() => process.exit(exitCode.failed), stopDeadlineMillis).unref();
    tocsin.stop().then(
      () => process.exit(exitCode.ok),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(exitCode.failed);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function checkCommand(given: string[]): void {
  const files = parse(given, () => {
    const { positionals } = parseArgs({ args: given, allowPositionals: true });
    return positionals.length > 0 ? positionals : configFilesOf(environment);
  });
  const { value, problems } = readConfiguration(files, environment, 'error');
  for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
  if (value === undefined) process.exit(exitCode.failed);
  process.stdout.write(files.length === 0 ? 'ok: no file, the defaults\n' : `ok: ${files.join(', ')}\n`);
}

function parse<T>(given: readonly string[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    return failUsage(error instanceof Error ? error.message : `cannot be understood: ${given.join(' ')}`);
  }
}

function failUsage(message: string): never {
  process.stderr.write(`tocsin: ${message}\n\n${usage}`);
  process.exit(exitCode.usage);
}
