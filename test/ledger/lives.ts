import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fillUp } from '../e2e/support/small-disk.ts';
import { type Addresses, TocsinProcess } from '../e2e/support/tocsin.ts';
import { eventually } from '../support/eventually.ts';
import { History, type Life } from './history.ts';
import type { Fault } from './plan.ts';
import { configurationOf, type Policy, type Settings } from './settings.ts';

/** A start that takes longer has failed. */
const startMillis = 30_000;
/** A stop that takes longer hangs. */
const stopMillis = 20_000;

type Kill = Extract<Fault, { kind: 'kill' }>;

/** One Tocsin with all its processes, one after the other on the same data. */
export class Lives {
  readonly tocsin: TocsinProcess;
  readonly history: History;
  readonly problems: string[] = [];
  readonly diary: string[] = [];
  readonly counts = { kills: 0, stops: 0, reloads: 0, fullDisks: 0, lockedStores: 0 };
  private readonly settings: Settings;
  private readonly endpoints: readonly string[];
  private readonly beganAt = performance.now();
  private policy: Policy;
  private isMeantToEnd = false;
  private readonly logs: (readonly string[])[] = [];

  constructor(settings: Settings, endpoints: readonly string[]) {
    this.settings = settings;
    this.endpoints = endpoints;
    this.policy = settings.policy;
    this.history = new History(settings.policy, settings.spool !== 'broken');
    const { diskMebibytes } = settings;
    const configuration = configurationOf(settings, settings.policy, endpoints);
    this.tocsin = new TocsinProcess({}, configuration, diskMebibytes === undefined ? {} : { diskMebibytes });
    if (settings.spool === 'broken') writeFileSync(join(this.tocsin.dataDirectory, 'spool'), '');
  }

  async start(): Promise<Addresses> {
    const life = this.history.begin(performance.now());
    this.note(`start of life ${life.number}`);
    this.isMeantToEnd = false;
    try {
      const addresses = await within(startMillis, 'a start', this.tocsin.start());
      this.watch(life);
      this.note(`life ${life.number} listens`);
      return addresses;
    } finally {
      this.logs.push(this.tocsin.log);
    }
  }

  async suffer(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return this.dieAndRise(fault);
      case 'stop':
        return this.stopAndRise(fault.downMillis);
      case 'reload':
        return this.reload(fault.policy);
      case 'fill disk':
        return this.fillDisk(fault.forMillis);
      case 'lock store':
        return this.lockStore(fault.forMillis);
    }
  }

  /** Ends the last one as it is to be ended. */
  async stop(): Promise<void> {
    this.isMeantToEnd = true;
    const { code, signal } = await within(stopMillis, 'a stop', this.tocsin.stop('SIGTERM'));
    this.ended(false);
    if (code !== 0) this.problems.push(`a stop ended with code ${code}, signal ${signal}`);
  }

  /** Leaves nothing behind, whatever state it is in. */
  async remove(): Promise<void> {
    this.isMeantToEnd = true;
    if (this.history.lives.length > 0) await this.tocsin.stop('SIGKILL');
    this.tocsin.remove();
  }

  /** What each life wrote. */
  get log(): string {
    return this.logs.map((lines, life) => [`--- life ${life}`, ...lines].join('\n')).join('\n');
  }

  private async dieAndRise({ afterStopMillis, downMillis, afterStartMillis }: Kill): Promise<void> {
    if (afterStopMillis !== undefined) {
      this.isMeantToEnd = true;
      this.note('stop');
      await Promise.race([this.tocsin.stop('SIGTERM'), delay(afterStopMillis)]);
    }
    await this.kill();
    await delay(downMillis);
    if (afterStartMillis !== undefined) {
      const starting = this.start();
      await Promise.race([delay(afterStartMillis), starting]);
      await this.kill();
      await starting.catch(() => undefined);
    }
    await this.start();
  }

  private async stopAndRise(downMillis: number): Promise<void> {
    this.counts.stops++;
    this.note('stop');
    await this.stop();
    await delay(downMillis);
    await this.start();
  }

  private async kill(): Promise<void> {
    this.isMeantToEnd = true;
    this.counts.kills++;
    this.note('kill -9');
    await this.tocsin.stop('SIGKILL');
    this.ended(true);
  }

  private async reload(policy: Policy): Promise<void> {
    const { tocsin, history, settings, endpoints } = this;
    this.counts.reloads++;
    if (JSON.stringify(policy) === JSON.stringify(this.policy)) return;
    const from = performance.now();
    this.note(`reload: ${JSON.stringify(policy)}`);
    const before = reloadsIn(tocsin.log);
    tocsin.reconfigure(configurationOf(settings, policy, endpoints));
    await eventually('the reload', () => reloadsIn(tocsin.log) > before, 10_000);
    this.policy = policy;
    history.changePolicy(policy, from, performance.now());
    this.note('reloaded');
  }

  private async fillDisk(forMillis: number): Promise<void> {
    this.counts.fullDisks++;
    const filler = join(this.tocsin.visibleData, 'filler');
    const from = performance.now();
    this.note('the disk is full');
    const until = from + forMillis;
    while (performance.now() < until) {
      fillUp(filler);
      await delay(20);
    }
    rmSync(filler);
    this.note('the disk has room');
    // What failed is only tried again after a second.
    await delay(1_500);
    this.history.diskWasFull(from, performance.now());
  }

  /** Somebody else writes to it, and takes long: what has failures in it is to be sent again. */
  private async lockStore(forMillis: number): Promise<void> {
    this.counts.lockedStores++;
    const other = new DatabaseSync(join(this.tocsin.visibleData, 'tocsin.db'), { timeout: 2_000 });
    try {
      other.exec('BEGIN IMMEDIATE');
      this.note('the store is locked');
      await delay(forMillis);
      other.exec('ROLLBACK');
      this.note('the store is not locked any more');
    } finally {
      other.close();
    }
  }

  private ended(wasKilled: boolean): void {
    const life = this.history.current;
    life.endedAt = performance.now();
    life.wasKilled ||= wasKilled;
    this.note(`life ${life.number} has ended`);
  }

  private watch(life: Life): void {
    void this.tocsin.exited.then(({ code, signal }) => {
      if (this.isMeantToEnd || this.history.current !== life) return;
      this.ended(true);
      this.problems.push(`life ${life.number} ended by itself, with code ${code}, signal ${signal}`);
    });
  }

  private note(what: string): void {
    this.diary.push(`${Math.round(performance.now() - this.beganAt)} ms: ${what}`);
  }
}

function reloadsIn(log: readonly string[]): number {
  return log.filter((line) => /configuration reloaded|is right again/.test(line)).length;
}

async function within<T>(millis: number, what: string, work: Promise<T>): Promise<T> {
  const abort = new AbortController();
  const late = delay(millis, undefined, { signal: abort.signal }).then(() => {
    throw new Error(`${what} took longer than ${millis} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    abort.abort();
  }
}
