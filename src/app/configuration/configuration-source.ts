import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readAtMost } from '../../config/bounded-file.ts';
import type { Environment } from '../../config/environment.ts';
import type { Loaded } from '../../config/load.ts';
import { readConfiguration } from './configuration.ts';
import type { Configuration } from './options.ts';

/** What a configuration file holds, with its references as they are written. */
export interface SourceText {
  path: string;
  text: string;
}

/** The configuration as it was at one moment. */
export interface Snapshot extends Loaded<Configuration> {
  /** The same for the same contents of all files. */
  version: string;
  /** Every file that was asked for and can change: to be watched. */
  paths: readonly string[];
  texts: readonly SourceText[];
}

/** The files and variables that the configuration is read from, as often as that is needed. */
export class ConfigurationSource {
  private readonly files: readonly string[];
  private readonly environment: Environment;
  /** What a pipe gave: it gives it once. */
  private readonly pipes = new Map<string, Uint8Array>();
  private wasRead = false;

  constructor(files: readonly string[], environment: Environment) {
    this.files = files;
    this.environment = environment;
  }

  read(): Snapshot {
    const version = createHash('sha256');
    const texts = new Map<string, string>();
    const paths = new Set<string>();
    const readFile = (path: string, maxBytes: number): Uint8Array => {
      version.update(`${path.length} ${path} `);
      try {
        const bytes = this.readFile(path, maxBytes);
        if (!this.pipes.has(path)) paths.add(path);
        version.update(`${bytes.length} `).update(bytes);
        if (this.files.includes(path)) texts.set(path, Buffer.from(bytes).toString('utf8'));
        return bytes;
      } catch (error) {
        paths.add(path);
        version.update((error as NodeJS.ErrnoException).code ?? 'unreadable');
        throw error;
      }
    };
    const loaded = readConfiguration(this.files, this.environment, 'warning', readFile);
    this.wasRead = true;
    return {
      ...loaded,
      version: version.digest('hex'),
      paths: [...paths],
      texts: [...texts].map(([path, text]) => ({ path, text })),
    };
  }

  private readFile(path: string, maxBytes: number): Uint8Array {
    const kept = this.pipes.get(path);
    if (kept !== undefined) return kept;
    const status = statSync(path, { throwIfNoEntry: false });
    const isPipe = status !== undefined && !status.isFile() && !status.isDirectory();
    // Opening a pipe that nobody writes to would hold up everything that runs by now.
    if (isPipe && this.wasRead) throw Object.assign(new Error('not a file'), { code: 'ENOTREG' });
    const bytes = readAtMost(path, maxBytes);
    if (isPipe) this.pipes.set(path, bytes);
    return bytes;
  }
}
