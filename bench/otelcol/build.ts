import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDirectory, findCollector, goVersion, manifestFile, releaseOf } from './binary.ts';

/**
 * Builds the OpenTelemetry Collector that `npm run bench` measures Tocsin beside, by its own builder and the Go module proxy. Minutes and 3 GB
 * with caches that are empty; nothing if it is there.
 */
function build(): void {
  const manifest = readFileSync(manifestFile, 'utf8');
  const directory = buildDirectory(manifest);
  const found = findCollector(directory);
  if (found.kind === 'built') {
    tell(`it is there: ${found.program}`);
    return;
  }
  const go = goVersion();
  if (go === undefined) {
    tell('Go is not installed, so the OpenTelemetry Collector is not built: npm run bench leaves it out');
    process.exitCode = 1;
    return;
  }
  tell(`building the OpenTelemetry Collector ${releaseOf(manifest)} by ${go}: some minutes`);
  const work = mkdtempSync(join(tmpdir(), 'tocsin-otelcol-'));
  try {
    buildIn(work, releaseOf(manifest));
    mkdirSync(directory, { recursive: true });
    // Under another name first: what has the right name is whole.
    copyFileSync(join(work, 'build', 'otelcol-bench'), join(directory, 'unfinished'));
    renameSync(join(directory, 'unfinished'), join(directory, 'otelcol-bench'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  tell(`built: ${join(directory, 'otelcol-bench')}`);
}

function buildIn(work: string, release: string): void {
  copyFileSync(manifestFile, join(work, 'builder.yaml'));
  const environment = { ...process.env, GOBIN: join(work, 'bin'), CGO_ENABLED: '0' };
  const run = (program: string, args: string[]): void =>
    void execFileSync(program, args, {
      cwd: work,
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  run('go', ['install', `go.opentelemetry.io/collector/cmd/builder@v${release}`]);
  run(join(work, 'bin', 'builder'), ['--config', 'builder.yaml']);
}

function tell(what: string): void {
  process.stderr.write(`${what}\n`);
}

build();
