import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { LogEntry } from '../../../src/runtime/segments/log-entry.ts';
import { encodeEnd, encodeHeader, recordKind } from '../../../src/runtime/segments/record.ts';
import { SegmentLog, type SegmentLogOptions } from '../../../src/runtime/segments/segment-log.ts';
import { temporaryDirectory } from '../../config/support.ts';
import { cpuMillis } from '../../support/cpu-time.ts';
import { eventually } from '../../support/eventually.ts';
import { TestClock } from '../../support/test-clock.ts';

const format = { suffix: 'log', header: Buffer.from('TocsinTesting 1\n'), tags: 3, prefixBytes: 4 };

function logOf(given: Partial<SegmentLogOptions> & { directory: string }) {
  const log = new SegmentLog({
    clock: new TestClock(),
    format,
    segmentBytes: 1_000,
    maxBytes: 1e6,
    isBusy: false,
    verifies: false,
    onFailed: () => undefined,
    onGivenUp: () => undefined,
    ...given,
  });
  return { log };
}

function setUp(t: TestContext, given: Partial<SegmentLogOptions> = {}) {
  const directory = given.directory ?? join(temporaryDirectory(t), 'log');
  const clock = new TestClock();
  const failures: unknown[] = [];
  const givenUp: LogEntry[] = [];
  const open = async (more: Partial<SegmentLogOptions> = {}) => {
    const { log } = logOf({
      clock,
      directory,
      onFailed: (error) => failures.push(error),
      onGivenUp: (entries) => givenUp.push(...entries),
      ...given,
      ...more,
    });
    const started = await log.start();
    t.after(() => log.stop());
    const prefixes = started.left.map(({ prefix }) => prefix.toString());
    return { log, ...started, left: started.left.map(({ entry }) => entry), prefixes };
  };
  const files = (): string[] => (existsSync(directory) ? readdirSync(directory).sort() : []);
  return { directory, clock, failures, givenUp, open, files };
}

function append(log: SegmentLog, text: string, tag = 0): Promise<LogEntry> {
  const [first, second] = [Buffer.from(text.slice(0, 3)), Buffer.from(text.slice(3))];
  return log.append(tag, [first, second], crc32(second, crc32(first)));
}

const read = async (entry: LogEntry): Promise<string> => (await entry.read()).toString();
const all = (entries: readonly LogEntry[]): Promise<string[]> => Promise.all(entries.map(read));

suite('a log in segments', () => {
  for (const verifies of [true, false]) {
    test(`has after a crash what was not done, in order, with its tags (verifies: ${verifies})`, async (t) => {
      const { open, clock } = setUp(t, { verifies });
      const { log } = await open();
      const texts = Array.from({ length: 60 }, (_, i) => `${i}`.padEnd((i * 37) % 300, '.'));
      const entries: LogEntry[] = [];
      for (const [i, text] of texts.entries()) entries.push(await append(log, text, i % 3));
      for (const [i, entry] of entries.entries()) if (i % 4 === 0) entry.done();
      clock.advance(5);
      await log.written();
      const { left, prefixes, cutFiles, damaged } = await open();
      assert.deepEqual(
        prefixes,
        texts.filter((_, i) => i % 4 > 0).map((text) => text.slice(0, 4)),
      );
      assert.deepEqual(
        await all(left),
        texts.filter((_, i) => i % 4 > 0),
      );
      assert.deepEqual(
        left.map(({ tag }) => tag),
        texts.map((_, i) => i % 3).filter((_, i) => i % 4 > 0),
      );
      assert.deepEqual([cutFiles, damaged], [0, 0]);
    });
  }

  test('gives an entry back as soon as it is written', async (t) => {
    const { log } = await setUp(t).open();
    assert.deepEqual(await all(await Promise.all(['one', 'two', '', 'three'].map((x) => append(log, x)))), [
      'one',
      'two',
      '',
      'three',
    ]);
  });

  test('leaves nothing on disk when all is done, unless it is always in use', async (t) => {
    const { open, files } = setUp(t);
    const { log } = await open();
    const entries = await Promise.all(Array.from({ length: 30 }, (_, i) => append(log, `${i}`.repeat(100))));
    assert.ok(files().length > 1);
    for (const entry of entries) entry.done();
    await eventually('the files to go', () => files().length === 0);
    assert.equal(log.bytes, 0);
    const next = await append(log, 'next');
    assert.equal(await read(next), 'next');
    const busy = setUp(t, { isBusy: true });
    const other = await busy.open();
    (await append(other.log, 'x')).done();
    await other.log.written();
    assert.equal(busy.files().length, 1);
  });

  test('has all that is not done while files that are done with are written again', async (t) => {
    const { open, clock } = setUp(t, { isBusy: true, segmentBytes: 300 });
    const { log } = await open();
    const undone: string[] = [];
    const use = async (lane: number): Promise<void> => {
      for (let i = 0; i < 150; i++) {
        const text = `${lane} ${i} `.padEnd(40 + ((lane * 31 + i * 17) % 90), '.');
        const entry = await append(log, text);
        assert.equal(await read(entry), text);
        if ((lane + i) % 40 === 0) undone.push(text);
        else entry.done();
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, lane) => use(lane)));
    clock.advance(10);
    await log.written();
    const { left } = await open();
    assert.deepEqual((await all(left)).toSorted(), undone.toSorted());
  });

  test('never has more than its bound, gives up the oldest, and says which', async (t) => {
    const { open, directory, files, givenUp } = setUp(t, { maxBytes: 4_000 });
    const { log } = await open();
    for (let i = 0; i < 40; i++) {
      await append(log, `${i}`.padEnd(300));
      assert.ok(log.bytes <= 4_000, String(log.bytes));
    }
    const sizes = files().map((name) => statSync(join(directory, name)).size);
    assert.ok(sizes.reduce((sum, size) => sum + size) <= 4_000 + sizes.length * 20);
    const { left } = await open();
    assert.equal(givenUp.length + left.length, 40);
    const first = (await all(left))[0]!.trim();
    assert.equal(Number(first), givenUp.length);
  });

  test('that finds more than its bound at the start gives up the oldest with the first that is written', async (t) => {
    const { open, givenUp } = setUp(t);
    const { log } = await open();
    for (let i = 0; i < 20; i++) await append(log, `${i}`.padEnd(300));
    const { log: next, left } = await open({ maxBytes: 2_500 });
    assert.deepEqual([left.length, givenUp.length], [20, 0]);
    await append(next, 'new');
    assert.ok(givenUp.length >= 12 && givenUp.length <= 16, String(givenUp.length));
    assert.deepEqual(givenUp, left.slice(0, givenUp.length));
  });

  test('says of an entry whose file somebody deleted that it cannot be read', async (t) => {
    const { open, directory } = setUp(t);
    const { log } = await open();
    const entry = await append(log, 'gone');
    rmSync(directory, { recursive: true });
    await assert.rejects(entry.read(), { code: 'ENOENT' });
  });

  test('rests after a failure, and then works again', async (t) => {
    const directory = join(temporaryDirectory(t), 'file');
    const { open, failures, clock } = setUp(t, { directory });
    writeFileSync(directory, 'not a directory');
    await assert.rejects(open());
    const { log } = logOf({ clock, directory, onFailed: (error) => failures.push(error) });
    await assert.rejects(append(log, 'x'));
    assert.equal(failures.length, 2);
    assert.ok(log.isResting);
    rmSync(directory);
    clock.advance(1_000);
    assert.ok(!log.isResting);
    assert.equal(await read(await append(log, 'y')), 'y');
  });
});

suite('a damaged log', () => {
  const texts = ['first', 'x'.repeat(200), '', 'third'.repeat(30), 'last but one', 'last'];

  async function written(t: TestContext, verifies: boolean) {
    const set = setUp(t, { verifies, segmentBytes: 1e6 });
    const { log } = await set.open();
    for (const text of texts) await append(log, text);
    const file = join(set.directory, set.files()[0]!);
    return { ...set, file, whole: readFileSync(file) };
  }

  /** What is left and can be read. */
  async function readable(left: readonly LogEntry[]): Promise<string[]> {
    const results = await Promise.allSettled(left.map(read));
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  for (const verifies of [true, false]) {
    test(`loses one entry to one changed byte, and gives nothing that was not written (verifies: ${verifies})`, async (t) => {
      const { open, file, whole } = await written(t, verifies);
      const change = fc.integer({ min: 1, max: 255 });
      const at = fc.integer({ min: format.header.length, max: whole.length - 1 });
      await fc.assert(
        fc.asyncProperty(at, change, async (at, change) => {
          const bad = Buffer.from(whole);
          bad[at]! ^= change;
          writeFileSync(file, bad);
          const { left, unknownFiles } = await open();
          const found = await readable(left);
          assert.equal(unknownFiles, 0);
          assert.ok(found.length >= texts.length - 1, `${found.length} after a change at ${at}`);
          assert.deepEqual(
            found,
            texts.filter((text) => found.includes(text)),
          );
        }),
        { numRuns: 400, seed: 8 },
      );
    });

    test(`has what stands before a cut, wherever that is (verifies: ${verifies})`, async (t) => {
      const { open, file, whole } = await written(t, verifies);
      for (let size = 0; size < whole.length; size += 5) {
        writeFileSync(file, whole.subarray(0, size));
        const { left, damaged } = await open();
        const found = await readable(left);
        assert.deepEqual(found, texts.slice(0, found.length));
        assert.equal(damaged, 0);
      }
    });

    test(`steps over many damaged places (verifies: ${verifies})`, async (t) => {
      const set = setUp(t, { verifies, segmentBytes: 1e6 });
      const { log } = await set.open();
      const many = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(500, 'y'));
      for (const text of many) await append(log, text);
      const file = join(set.directory, set.files()[0]!);
      const bad = readFileSync(file);
      // Heads and bodies.
      for (let i = 0; i < 100; i += 10) bad[16 + i * 520 + (i % 20 === 0 ? 2 : 300)]! ^= 0x55;
      writeFileSync(file, bad);
      const { left } = await set.open();
      assert.equal((await readable(left)).length, 90);
    });
  }

  test('does not read for ever what looks like records everywhere', async (t) => {
    const { open, directory } = setUp(t);
    mkdirSync(directory);
    // Each claims to reach to the end of the file, and none is whole.
    const size = 2 ** 20;
    const heads: Buffer[] = [format.header, Buffer.alloc(20)];
    for (let at = 36; at + 20 <= size; at += 20) {
      const name = { kind: recordKind.entry, tag: 0, id: 1 };
      heads.push(encodeHeader(name, 1, { length: size - at - 20, crc: 7 }));
    }
    writeFileSync(join(directory, '0000000001.log'), Buffer.concat(heads).subarray(0, size));
    const before = cpuMillis();
    const { left, cutFiles } = await open();
    const took = cpuMillis() - before;
    assert.deepEqual([left.length, cutFiles], [0, 1]);
    assert.ok(took < 5_000, `${took} ms`);
  });

  test('passes over a file that is empty, or was just being made', async (t) => {
    const { open, directory, files } = setUp(t);
    mkdirSync(directory);
    for (const [i, size] of [0, 7, 16].entries())
      writeFileSync(join(directory, `000000000${i + 1}.log`), format.header.subarray(0, size));
    const { log, left, unknownFiles } = await open();
    assert.deepEqual([left.length, unknownFiles], [0, 0]);
    await append(log, 'x');
    assert.deepEqual(files(), ['0000000004.log']);
  });

  test('is never written over, also if it could not be read at the start', async (t) => {
    const directory = join(temporaryDirectory(t), 'log');
    const { open } = setUp(t, { directory });
    const first = await open();
    await append(first.log, 'old');
    await first.log.stop();
    renameSync(directory, `${directory} elsewhere`);
    writeFileSync(directory, 'not a directory');
    const { log } = logOf({ directory });
    await assert.rejects(log.start());
    rmSync(directory);
    renameSync(`${directory} elsewhere`, directory);
    await append(log, 'new');
    const { left } = await open();
    assert.deepEqual(await all(left), ['old', 'new']);
  });

  test('is read but for a file that the system does not let us read', async (t) => {
    const { open, directory, files } = setUp(t);
    const { log } = await open();
    for (const text of ['a', 'b', 'c']) await append(log, text.repeat(900));
    const [, second] = files();
    rmSync(join(directory, second!));
    mkdirSync(join(directory, second!));
    const { left, unknownFiles } = await open();
    assert.deepEqual([left.length, unknownFiles], [2, 1]);
  });

  test('leaves a file of a newer version as it is, and says so', async (t) => {
    const { open, directory, files } = setUp(t);
    mkdirSync(directory);
    const newer = Buffer.concat([Buffer.from('TocsinTesting 2\n'), encodeEnd(1)]);
    writeFileSync(join(directory, '0000000001.log'), newer);
    const { log, unknownFiles } = await open();
    assert.equal(unknownFiles, 1);
    (await append(log, 'x')).done();
    await eventually('ours to go', () => files().length === 1);
    await log.stop();
    assert.deepEqual(readFileSync(join(directory, '0000000001.log')), newer);
  });
});
