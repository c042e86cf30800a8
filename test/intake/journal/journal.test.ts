import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { Journal, type JournalEntry, type LeftBody } from '../../../src/intake/journal/journal.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { Events } from '../../../src/telemetry/events.ts';
import { temporaryDirectory } from '../../config/support.ts';
import { eventually } from '../../support/eventually.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { TestClock } from '../../support/test-clock.ts';

interface Sizes {
  segmentBytes?: number;
  maxBytes?: number;
}

function setUp(t: TestContext, directory = join(temporaryDirectory(t), 'journal')) {
  const clock = new TestClock();
  const log = new RecordingLog();
  const registry = new MetricRegistry();
  const events = new Events(registry, log, new SeriesBudget(1000));
  const open = async (sizes: Sizes = {}): Promise<Journal> => {
    const journal = new Journal({ clock, events, directory, ...sizes });
    await journal.start();
    t.after(() => journal.stop());
    return journal;
  };
  const files = (): string[] =>
    readdirSync(directory)
      .filter((name) => name !== 'spare')
      .sort();
  /** Marks are written a little later than they are made. */
  const marked = async (journal: Journal): Promise<void> => {
    clock.advance(5);
    await journal.written();
  };
  const bypassed = (): number =>
    Number(/tocsin_journal_bypassed_total (\d+)/.exec([...registry.expose()].join(''))?.[1]);
  return { clock, log, directory, open, files, bypassed, marked };
}

function append(journal: Journal, text: string): Promise<JournalEntry> {
  const body = Buffer.from(text);
  return journal.append('traces', body, crc32(body));
}

async function texts(left: readonly LeftBody[]): Promise<string[]> {
  return Promise.all(left.map(async (body) => Buffer.from(await body.read()).toString()));
}

/** What the next process finds, when this one is killed now. */
async function leftAfterCrash(open: (sizes?: Sizes) => Promise<Journal>): Promise<string[]> {
  return texts((await open()).takeLeft());
}

suite('a journal', () => {
  test('gives after a crash what was not done, in the order in which it came', async (t) => {
    const { open } = setUp(t);
    const journal = await open();
    await append(journal, 'a');
    const second = await append(journal, 'b');
    await append(journal, 'c');
    second.done();
    second.done();
    await append(journal, 'd');
    assert.deepEqual(await leftAfterCrash(open), ['a', 'c', 'd']);
  });

  test('says of what signal a body is', async (t) => {
    const { open } = setUp(t);
    const journal = await open();
    for (const signal of ['logs', 'metrics', 'traces'] as const)
      await journal.append(signal, Buffer.from('x'), crc32('x'));
    const left = (await open()).takeLeft();
    assert.deepEqual(
      left.map(({ signal }) => signal),
      ['logs', 'metrics', 'traces'],
    );
  });

  test('gives what was left until it is done, over several crashes', async (t) => {
    const { open } = setUp(t);
    await append(await open(), 'a');
    const second = await open();
    const [a] = second.takeLeft();
    await append(second, 'b');
    assert.deepEqual(second.takeLeft(), []);
    a!.done();
    await append(second, 'c');
    assert.deepEqual(await leftAfterCrash(open), ['b', 'c']);
  });

  test('has all of what comes at the same time, each once', async (t) => {
    const { open } = setUp(t);
    const journal = await open({ segmentBytes: 2_000 });
    const all = Array.from({ length: 500 }, (_, i) => `body ${i}`);
    const entries = await Promise.all(all.map((text) => append(journal, text)));
    for (const [i, entry] of entries.entries()) if (i % 3 > 0) entry.done();
    await append(journal, 'last');
    assert.deepEqual(await leftAfterCrash(open), [...all.filter((_, i) => i % 3 === 0), 'last']);
  });

  test('leaves no file when all is done', async (t) => {
    const { open, files } = setUp(t);
    const journal = await open();
    const entry = await append(journal, 'a');
    assert.equal(files().length, 1);
    entry.done();
    await journal.stop();
    assert.deepEqual(files(), []);
  });

  test('keeps for the next start what is not done when it stops', async (t) => {
    const { open } = setUp(t);
    const journal = await open();
    await append(journal, 'a');
    (await append(journal, 'b')).done();
    await journal.stop();
    assert.deepEqual(await leftAfterCrash(open), ['a']);
  });

  test('begins a new file when one is full, and deletes it when nothing in it and before it is open', async (t) => {
    const { open, files } = setUp(t);
    const journal = await open({ segmentBytes: 100 });
    const entries: JournalEntry[] = [];
    for (let i = 0; i < 5; i++) entries.push(await append(journal, 'x'.repeat(100)));
    assert.equal(files().length, 5);
    entries[1]!.done();
    entries[2]!.done();
    await append(journal, 'more');
    assert.equal(files().length, 6, 'the marks of the second stand in later files');
    entries[0]!.done();
    await eventually('the first three to be deleted', () => files().length === 3);
    assert.deepEqual((await leftAfterCrash(open)).length, 3);
  });

  test('gives up the oldest when it is at its bound, and says so', async (t) => {
    const { open, files, log, bypassed } = setUp(t);
    const journal = await open({ segmentBytes: 1_000, maxBytes: 5_000 });
    for (let i = 0; i < 20; i++) await append(journal, `${i}`.padEnd(1_000));
    assert.ok(files().length <= 7, files().join());
    assert.ok(bypassed() >= 13);
    assert.match(log.warnings.join(), /the journal is full/);
    const left = await leftAfterCrash(open);
    assert.equal(left.at(-1)?.trim(), '19');
  });

  test('that cannot be written keeps nothing out, says so once, and is used again when it can', async (t) => {
    const parent = temporaryDirectory(t);
    const directory = join(parent, 'journal');
    writeFileSync(directory, 'not a directory');
    const { open, log, bypassed, clock } = setUp(t, directory);
    const journal = await open();
    for (let i = 0; i < 3; i++) (await append(journal, 'a')).done();
    clock.advance(1_000);
    await append(journal, 'b');
    assert.equal(bypassed(), 4);
    assert.equal(log.errors.length, 1);
    assert.match(log.errors[0]!, /would not survive a crash/);
    rmSync(directory);
    clock.advance(1_000);
    await append(journal, 'c');
    assert.match(log.infos.join(), /the journal is written again/);
    assert.deepEqual(await leftAfterCrash(open), ['c']);
  });

  test('begins anew when somebody deletes its directory', async (t) => {
    const { open, directory, clock } = setUp(t);
    const journal = await open();
    await append(journal, 'a');
    rmSync(directory, { recursive: true });
    clock.advance(5_000);
    const entry = await append(journal, 'b');
    await append(journal, 'c');
    entry.done();
    await append(journal, 'd');
    assert.deepEqual(await leftAfterCrash(open), ['c', 'd']);
  });

  test('is readable by its owner alone', async (t) => {
    const { open, directory, files } = setUp(t);
    await append(await open(), 'a');
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    assert.equal(statSync(join(directory, files()[0]!)).mode & 0o777, 0o600);
  });

  test('leaves files alone that are not its own', async (t) => {
    const { open, directory, files } = setUp(t);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'notes.txt'), 'x');
    const journal = await open();
    (await append(journal, 'a')).done();
    await journal.stop();
    assert.deepEqual(files(), ['notes.txt']);
  });
});

suite('a journal that a crash damaged', () => {
  const written = ['first', 'second '.repeat(40), '', 'last'];

  /** A directory with one file of these bodies. */
  async function write(t: TestContext) {
    const { open, directory, files, log } = setUp(t);
    const journal = await open();
    for (const text of written) await append(journal, text);
    return { open, log, file: join(directory, files()[0]!) };
  }

  test('gives what stands before the cut, wherever it was cut off', async (t) => {
    const { open, file } = await write(t);
    let most = written.length;
    const whole = readFileSync(file);
    for (let size = whole.length; size >= 0; size -= 7) {
      writeFileSync(file, whole.subarray(0, size));
      const left = await leftAfterCrash(open);
      assert.deepEqual(left, written.slice(0, left.length));
      assert.ok(left.length <= most);
      most = left.length;
    }
    assert.equal(most, 0);
  });

  test('gives no byte that was not written, whatever was changed', async (t) => {
    const { open, file, log } = await write(t);
    const good = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bad = Buffer.from(good);
        bad[at]! ^= change;
        writeFileSync(file, bad);
        const left = await leftAfterCrash(open);
        // One at the most, or the file as a whole, if it does not look like a journal any more.
        const known = at >= 16 ? written.length - 1 : 0;
        assert.ok(left.length >= known, `${left.length} left after a change at ${at}`);
        assert.deepEqual(
          left,
          written.filter((text) => left.includes(text)),
        );
      }),
      { numRuns: 200, seed: 5 },
    );
    assert.match(log.errors.join(), /the journal is damaged/);
    assert.match(log.warnings.join(), /that this version cannot read/);
  });

  test('is added to without what is unreadable being lost to sight', async (t) => {
    const { open, file } = await write(t);
    truncateSync(file, statSync(file).size - 21);
    await append(await open(), 'after the crash');
    assert.deepEqual(await leftAfterCrash(open), [...written.slice(0, 3), 'after the crash']);
  });
});
