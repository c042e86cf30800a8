import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryDirectory } from '../../config/support.ts';
import { eventually } from '../../support/eventually.ts';
import { setUp, type WrittenConfig } from '../support.ts';

type SetUp = Awaited<ReturnType<typeof setUp>>;

/** A forwarder with a spool; each call of `open` is a new process on the same disk. */
export function onDisk(t: TestContext) {
  const parent = temporaryDirectory(t);
  let lives = 1;
  let spoolDirectory = join(parent, 'spool');
  const own = join(spoolDirectory, 'default');
  const files = (): string[] =>
    existsSync(join(spoolDirectory, 'default'))
      ? readdirSync(join(spoolDirectory, 'default'))
          .filter((name) => name.endsWith('.spool'))
          .sort()
      : [];
  const open = async (config: WrittenConfig = {}, given: { isJournaled?: boolean } = {}) => {
    const set = await setUp(t, config, { ...given, spoolDirectory });
    const of = (name: string, labels = ''): number =>
      set.value(`tocsin_forward_${name}{destination="default"${labels}}`) ?? 0;
    return {
      ...set,
      /** Items ever written to disk, and requests that are there now. */
      spooled: () => of('spooled_items_total', ',signal="traces"'),
      waiting: () => of('spool_requests'),
      bytesOnDisk: () => of('spool_bytes'),
      bytesInMemory: () => of('queue_bytes'),
      damaged: () => of('spool_damaged_total'),
      oldestSeconds: () => of('spool_oldest_seconds'),
    };
  };
  /** From now on the disk is as it is at this moment, whatever a process that runs on does to its own. */
  const crash = (): void => {
    const before = files().map((name) => join(spoolDirectory, 'default', name));
    spoolDirectory = join(parent, `spool ${++lives}`);
    mkdirSync(join(spoolDirectory, 'default'), { recursive: true });
    for (const file of before) {
      try {
        copyFileSync(file, join(spoolDirectory, 'default', basename(file)));
      } catch {
        // It has just gone: nothing in it was open any more.
      }
    }
  };
  return { open, files, own, spoolDirectory, crash };
}

/** Lets an outage begin: from now on the back end does not take anything, and the forwarder knows. */
export async function outage(set: SetUp, id = 1): Promise<void> {
  set.backEnd.otherwise = { status: 503 };
  set.offer(id);
  await eventually('the outage to be known', () => set.requests('503') >= 1);
}

/** Stops a forwarder whose clock does not move by itself. */
export async function stop({ forwarder, clock }: Pick<SetUp, 'forwarder' | 'clock'>): Promise<void> {
  const stopped = forwarder.stop().then(() => true);
  await eventually('the forwarder to stop', () => {
    clock.advance(500);
    return Promise.race([stopped, new Promise<false>((resolve) => setImmediate(() => resolve(false)))]);
  });
}
