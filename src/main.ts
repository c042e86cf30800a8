import { type ParseArgsConfig, parseArgs } from 'node:util';
import { checkRoute } from './app/commands/check-route.ts';
import { effectiveConfiguration, readConfiguration } from './app/configuration/configuration.ts';
import { type Configuration, configFilesOf, readSettings } from './app/configuration/options.ts';
import { run } from './app/start/run.ts';
import { readVersion } from './app/start/version.ts';
import { readEnvironment } from './config/environment.ts';
import type { Loaded } from './config/load.ts';
import { formatProblem } from './config/problem.ts';
import { MatcherInvalid } from './match/parse.ts';
import { systemClock } from './runtime/clock.ts';
import { createLog, type Log } from './telemetry/log.ts';
import { readableLog } from './telemetry/readable-log.ts';

const usage = `usage: tocsin <command>

  run [--config FILE]...   run (the default); several files are layered in order
    --fail-open            run whatever is wrong: on the last good configuration, with a store in memory
  check [FILE]...          tell every mistake in the configuration; exit 0 or 1
    --effective            print what takes effect instead, each value with where it came from
    --route LABELS         print who is told of an alert with these labels, such as severity=critical,service=payments
  replay INPUT...          run recorded OTLP (JSON, protobuf; - is standard input) through everything, and send nothing
    --json                 print one JSON object
  record FILE              write the OTLP that arrives to a new file, without secrets, for replay; ends with SIGINT
  notify RECEIVER          send one test notification, and say what came of it
  demo                     a shop that breaks, Tocsin, and a stand-in for Slack, on this machine (from a checkout)
    --any-ports            on ports that are free, not on Tocsin's own
  version                  print the version

All of them but version take --config FILE. Without files, those named by TOCSIN_CONFIG (apart by colons) are read. See docs/configuration.md.
`;

/** What is under way when Tocsin is told to stop has this long to be finished. */
const stopDeadlineMillis = 4_500;

/** As long as what crashed has to be recorded. */
const crashDeadlineMillis = 2_000;

const exitCode = { ok: 0, failed: 1, usage: 2 } as const;

/** Names of the errors whose message says what to do. */
const expected = new Set([
  'ConfigurationInvalid',
  'DataDirectoryUnusable',
  'TokenFileUnusable',
  'StoreUnusable',
  'ListenFailed',
]);

const environment = readEnvironment();
const [given = 'run', ...rest] = process.argv.slice(2);

if (given === '--help') process.stdout.write(usage);
else if (given === '--version') printVersion();
// Options without a command are those of `run`.
else if (given.startsWith('-')) await runCommand(process.argv.slice(2));
else await command(given, rest);

async function command(name: string, args: string[]): Promise<void> {
  switch (name) {
    case 'run':
      return runCommand(args);
    case 'check':
      return checkCommand(args);
    case 'replay':
      return replayInputs(args);
    case 'record':
      return recordTo(args);
    case 'notify':
      return notifyReceiver(args);
    case 'demo':
      return demoCommand(args);
    case 'version':
      parse(args, {});
      return printVersion();
    case 'help':
      process.stdout.write(usage);
      return;
    default:
      failUsage(`there is no command ${name}`);
  }
}

function printVersion(): void {
  const { version, commit } = readVersion();
  process.stdout.write(`tocsin ${version} (${commit}), Node ${process.version}\n`);
}

async function runCommand(args: string[]): Promise<void> {
  const { values } = parse(args, {
    options: { config: { type: 'string', multiple: true }, 'fail-open': { type: 'boolean' } },
  });
  const failOpen = values['fail-open'] ?? false;
  const files = values.config ?? configFilesOf(environment);
  const { settings, problems } = readSettings(environment);
  if (problems.length > 0 && !failOpen) await fail(problems.map(formatProblem).join('\n'));
  const colour = environment['NO_COLOR'] === undefined || environment['NO_COLOR'] === '';
  const destination = process.stderr.isTTY ? readableLog(process.stderr, colour) : process.stderr;
  const log = createLog(settings.logLevel, destination);
  for (const problem of problems) log.error(formatProblem(problem));
  try {
    // Not by the log: what is said there is for whoever sits at the terminal.
    const terminal = process.stderr.isTTY ? (text: string) => void process.stderr.write(text) : undefined;
    const options = { files, environment, dataDirectory: settings.dataDirectory, failOpen };
    // A moment later, so that no signal comes before it is listened for.
    const starting = Promise.resolve().then(() => run(options, log, terminal));
    stopOnSignals(starting);
    reloadOnSignal(starting);
    tellOfCrash(starting, log);
    await starting;
  } catch (error) {
    // What is expected to go wrong says what to do; the stack of anything else is for us.
    const isExpected = error instanceof Error && expected.has(error.name);
    await fail(isExpected ? error.message : String((error as Error).stack ?? error));
  }
}

/** Stops on SIGTERM and SIGINT, also while it still starts; a second signal, or the deadline, ends it at once. */
function stopOnSignals(starting: Promise<{ stop(): Promise<void> }>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(exitCode.failed);
    stopping = true;
    setTimeout(() => process.exit(exitCode.failed), stopDeadlineMillis).unref();
    starting
      .then((tocsin) => tocsin.stop())
      .then(
        () => process.exit(exitCode.ok),
        (error: unknown) => void fail(String(error)),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/**
 * What nobody caught ends the process, as it would without this: nobody knows what state it is in. Before that it is made an issue, if
 * that can be done.
 */
function tellOfCrash(starting: Promise<{ crashed(error: unknown): Promise<void> }>, log: Log): void {
  let crashes = false;
  process.on('uncaughtException', (thrown) => {
    // To say it may fail as well, and would lead here again.
    if (crashes) return;
    crashes = true;
    const exit = (): void => process.exit(exitCode.failed);
    // It may still start, or never end to.
    setTimeout(exit, crashDeadlineMillis);
    log.error({ err: thrown }, 'TOCSIN CRASHES: this is a bug in it');
    starting.then((tocsin) => tocsin.crashed(thrown)).then(exit, exit);
  });
}

/** Also while it still starts: the signal would end it otherwise. */
function reloadOnSignal(starting: Promise<{ reload(): void }>): void {
  process.on('SIGHUP', () => {
    starting.then(
      (tocsin) => tocsin.reload(),
      // A start that fails says so itself.
      () => undefined,
    );
  });
}

function checkCommand(args: string[]): void {
  const options = { effective: { type: 'boolean' }, route: { type: 'string', multiple: true } } as const;
  const { positionals, values } = parse(args, { allowPositionals: true, options });
  const { effective, route: alerts } = values;
  if (effective && alerts) return failUsage('--effective and --route are two answers: ask for one');
  const files = positionals.length > 0 ? positionals : configFilesOf(environment);
  const loaded = readConfiguration(files, environment, 'error');
  const problems = [...loaded.problems, ...readSettings(environment).problems];
  const failed = problems.some(({ severity }) => severity === 'error');
  // The answer can be used as a file or by a script, so that warnings must not stand in it.
  const output = (effective || alerts) && !failed ? process.stderr : process.stdout;
  for (const problem of problems) output.write(`${formatProblem(problem)}\n`);
  // Not process.exit, which would cut off what a pipe has not taken yet.
  if (failed) process.exitCode = exitCode.failed;
  else if (effective) process.stdout.write(effectiveConfiguration(loaded));
  else if (alerts) printRoutes(loaded, alerts);
  else process.stdout.write(files.length === 0 ? 'ok: no file, the defaults\n' : `ok: ${files.join(', ')}\n`);
}

function printRoutes({ value, tree }: Loaded<Configuration>, alerts: readonly string[]): void {
  try {
    const checked = alerts.map((labels) => checkRoute({ value: value!, tree }, labels, systemClock.now()));
    for (const { warnings } of checked)
      for (const warning of warnings) process.stderr.write(`--route: warning: ${warning}\n`);
    process.stdout.write(checked.map(({ text }) => text).join('\n'));
  } catch (error) {
    if (!(error instanceof MatcherInvalid)) throw error;
    failUsage(`--route: not the labels of an alert: ${error.message}`);
  }
}

async function replayInputs(args: string[]): Promise<void> {
  const options = { config: { type: 'string', multiple: true }, json: { type: 'boolean' } } as const;
  const { positionals, values } = parse(args, { allowPositionals: true, options });
  if (positionals.length === 0) return failUsage('replay needs an INPUT');
  const configuration = await configurationOf(values.config);
  const { replayCommand } = await import('./app/commands/replay.ts');
  const log = createLog('warn', process.stderr);
  try {
    process.stdout.write(await replayCommand(configuration, positionals, values.json ?? false, log));
  } catch (error) {
    const isExpected = error instanceof Error && error.name === 'RecordingInvalid';
    await fail(isExpected ? error.message : String((error as Error).stack ?? error));
  }
}

async function recordTo(args: string[]): Promise<void> {
  const options = { config: { type: 'string', multiple: true } } as const;
  const { positionals, values } = parse(args, { allowPositionals: true, options });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) return failUsage('record needs one FILE');
  const configuration = await configurationOf(values.config);
  const { Recorder } = await import('./app/commands/record.ts');
  const recorder = new Recorder(configuration, path, systemClock, createLog('warn', process.stderr));
  const told = {
    stop: async () => {
      await recorder.stop();
      process.stderr.write(`${recorder.requests} requests are in ${path}\n`);
    },
  };
  try {
    const starting = recorder.start().then(() => told);
    stopOnSignals(starting);
    await starting;
    const { http, grpc } = recorder.urls;
    if (grpc !== undefined) process.stderr.write(`send OTLP over gRPC to ${grpc}\n`);
    process.stderr.write(`send OTLP to ${http}; it is written to ${path}\n`);
  } catch (error) {
    const isExpected = error instanceof Error && ['RecordingUnwritable', 'ListenFailed'].includes(error.name);
    await fail(isExpected ? error.message : String((error as Error).stack ?? error));
  }
}

async function demoCommand(args: string[]): Promise<void> {
  const { values } = parse(args, { options: { 'any-ports': { type: 'boolean' } } });
  const { Demo } = await import('./app/commands/demo.ts');
  const anyPorts = values['any-ports'] ?? false;
  const log = createLog('error', process.stderr);
  const demo = new Demo({ environment, anyPorts }, log, (text) => void process.stdout.write(text));
  try {
    const starting = Promise.resolve()
      .then(() => demo.start())
      .then(() => demo);
    stopOnSignals(starting);
    await starting;
  } catch (error) {
    await demo.stop();
    const isExpected =
      error instanceof Error && (expected.has(error.name) || error.name === 'DemoUnavailable');
    await fail(isExpected ? error.message : String((error as Error).stack ?? error));
  }
}

async function notifyReceiver(args: string[]): Promise<void> {
  const options = { config: { type: 'string', multiple: true } } as const;
  const { positionals, values } = parse(args, { allowPositionals: true, options });
  const [receiver, ...more] = positionals;
  if (receiver === undefined || more.length > 0) return failUsage('notify needs one RECEIVER');
  const configuration = await configurationOf(values.config);
  const { notifyCommand } = await import('./app/commands/notify.ts');
  const { delivered, text } = await notifyCommand(configuration, receiver, environment, systemClock);
  if (!delivered) return fail(text);
  process.stdout.write(`${text}\n`);
}

/** The configuration for a command that needs a right one; ends the process if it is none. */
async function configurationOf(given: string[] | undefined): Promise<Configuration> {
  const { value, problems } = readConfiguration(given ?? configFilesOf(environment), environment, 'warning');
  if (value === undefined) return fail(problems.map(formatProblem).join('\n'));
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return value;
}

function parse<T extends ParseArgsConfig>(args: string[], config: T) {
  try {
    return parseArgs({ ...config, args });
  } catch (error) {
    // The first sentence says what is wrong; the others are about the syntax of options in general.
    const message = error instanceof Error ? error.message : String(error);
    return failUsage(message.split('. ', 1)[0]!);
  }
}

/** Exits once the message has been taken: more than fits into a pipe would be cut off otherwise. */
function fail(message: string): Promise<never> {
  return new Promise(() => process.stderr.write(`${message}\n`, () => process.exit(exitCode.failed)));
}

function failUsage(message: string): never {
  process.stderr.write(`tocsin: ${message}\n\n${usage}`);
  process.exit(exitCode.usage);
}
