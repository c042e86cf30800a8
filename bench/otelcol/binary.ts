import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const manifestFile = fileURLToPath(new URL('builder.yaml', import.meta.url));

export type Collector = { kind: 'built'; program: string } | { kind: 'missing'; why: string };

/** Where the Collector is built to: outside of the repository, so that a fresh clone finds it, and another directory for another manifest. */
export function buildDirectory(
  manifest: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const cache = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const key = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
  return join(cache, 'tocsin', `otelcol-bench-${releaseOf(manifest)}-${key}`);
}

/** The release that all of it is of. @throws Error if the manifest does not say */
export function releaseOf(manifest: string): string {
  const [, release] = /^ {2}version: (\d+\.\d+\.\d+)$/m.exec(manifest) ?? [];
  if (release === undefined) throw new Error('the manifest of the Collector has no dist.version');
  return release;
}

/** The Collector that was built of the manifest as it is now, or why there is none. */
export function findCollector(directory = buildDirectory(readFileSync(manifestFile, 'utf8'))): Collector {
  const program = join(directory, 'otelcol-bench');
  if (existsSync(program)) return { kind: 'built', program };
  if (goVersion() === undefined) return { kind: 'missing', why: 'it is not built, and Go is not installed' };
  return { kind: 'missing', why: 'it is not built: npm run bench:otelcol:build' };
}

/** Such as `go1.26.8`; undefined where Go is not installed. */
export function goVersion(): string | undefined {
  try {
    return /go\d\S*/.exec(execFileSync('go', ['version'], { encoding: 'utf8' }))?.[0];
  } catch {
    return undefined;
  }
}
