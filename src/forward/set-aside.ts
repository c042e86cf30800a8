import { mkdir, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signal } from '../otlp/signal.ts';
import type { Clock } from '../runtime/clock.ts';
import { isoTime } from '../runtime/iso-time.ts';

/** The oldest make room beyond either. */
const mostRequests = 50;
const mostBytes = 16 * 2 ** 20;
/** Whoever refuses much refuses it for one reason: a few of it say which. */
const restMillis = 1_000;

/** A request that a back end refused by itself, and what it said. */
export interface RefusedRequest {
  signal: Signal;
  /** An Export*ServiceRequest. */
  bytes: Uint8Array;
  items: number;
  url: string;
  reason: string;
  /** What the back end answered, fit to be shown. */
  answer: string;
}

/**
 * Keeps some of what was refused for what is in it on disk, for people to look at: it is lost to the back end, and counted as that.
 * What cannot be written is not kept: it is told of all the same.
 */
export class SetAside {
  private readonly clock: Clock;
  private readonly directory: string;
  private keptAt = Number.NEGATIVE_INFINITY;
  private kept = 0;
  private writing: Promise<void> | undefined;

  constructor(clock: Clock, directory: string) {
    this.clock = clock;
    this.directory = directory;
  }

  /** @returns the file that it will be in; undefined if it is not kept, since another was just now */
  keep(request: RefusedRequest): string | undefined {
    const now = this.clock.monotonic();
    if (this.writing !== undefined || now - this.keptAt < restMillis || request.bytes.length > mostBytes)
      return undefined;
    this.keptAt = now;
    const time = isoTime(this.clock.now());
    const stem = join(this.directory, `${time.replaceAll(':', '-')}-${request.signal}-${++this.kept}`);
    this.writing = this.write(stem, time, request)
      .catch(() => undefined)
      .finally(() => (this.writing = undefined));
    return `${stem}.binpb`;
  }

  /** Settled when what is kept is written. */
  async written(): Promise<void> {
    await this.writing;
  }

  private async write(stem: string, time: string, { bytes, ...facts }: RefusedRequest): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await this.makeRoom(bytes.length);
    await writeFile(`${stem}.binpb`, bytes, { mode: 0o600 });
    await writeFile(`${stem}.json`, `${JSON.stringify({ time, ...facts }, null, 2)}\n`, { mode: 0o600 });
  }

  private async makeRoom(forBytes: number): Promise<void> {
    const names = (await readdir(this.directory)).filter((name) => name.endsWith('.binpb')).sort();
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(this.directory, name))).size));
    let bytes = sizes.reduce((sum, size) => sum + size, forBytes);
    for (const [i, name] of names.entries()) {
      if (names.length - i < mostRequests && bytes <= mostBytes) return;
      bytes -= sizes[i]!;
      await unlink(join(this.directory, name));
      await unlink(join(this.directory, name.replace(/binpb$/, 'json'))).catch(() => undefined);
    }
  }
}
