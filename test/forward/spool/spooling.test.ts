import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { OtlpBackEnd } from '../../support/otlp-back-end.ts';
import { partialSuccess, request, spansOf } from '../support.ts';
import { onDisk, outage, stop } from './support.ts';

const upTo = (count: number, from = 1): number[] => Array.from({ length: count }, (_, i) => from + i);
const names = (ids: readonly number[]): string[] => ids.map((id) => `span ${id}`);

/** All of it, the oldest first: but four are under way at once, and one that was not tried yet may find out that it works again. */
function assertInOrder(backEnd: Pick<OtlpBackEnd, 'received'>, count: number): void {
  const requests = spansOf(backEnd);
  assert.deepEqual(requests.flat().sort(), names(upTo(count)).sort());
  const firsts = requests.map(([first]) => Number(first!.slice('span '.length)));
  for (const [i, first] of firsts.entries()) {
    const later = firsts.slice(Math.max(1, i) + 4);
    assert.ok(i === 0 || later.every((other) => other > first), firsts.join());
  }
}

suite('a spool', () => {
  test('costs nothing while the back end takes what it is sent', async (t) => {
    const { open, files } = onDisk(t);
    const { offer, allSettled, spooled, fates } = await open();
    for (const id of upTo(200)) offer(id);
    await allSettled(200);
    assert.ok(fates().every((fate) => fate === 'forwarded'));
    assert.equal(spooled(), 0);
    assert.deepEqual(files(), []);
  });

  test('takes what waits for a back end that fails, and frees memory and journal of it', async (t) => {
    const { open, files } = onDisk(t);
    const set = await open();
    await outage(set);
    await set.allSettled(1);
    assert.deepEqual(set.fates(), ['stored']);
    assert.equal(set.waiting(), 1);
    assert.equal(set.bytesInMemory(), 0);
    assert.equal(files().length, 1);
    assert.ok(set.bytesOnDisk() > 100);
    set.clock.advance(3_000);
    assert.equal(set.oldestSeconds(), 3);
    assert.match(set.forwarder.health ?? '', /HTTP 503/);
  });

  test('stores together what comes meanwhile, at most every ten seconds', async (t) => {
    const { open } = onDisk(t);
    const set = await open();
    await outage(set);
    await set.allSettled(1);
    let id = 2;
    await set.passing('two minutes', () => {
      set.offer(id++);
      return set.clock.monotonic() >= 120_000;
    });
    await set.passing('all but the last to be on disk', () => set.spooled() >= 200, 1_000);
    // And what came while that was written.
    const most = (2 * set.clock.monotonic()) / 10_000 + 2;
    assert.ok(set.waiting() <= most, `${set.waiting()} requests on disk, and not ${most}`);
  });

  test('is sent when the back end works again, about in the order in which it came, and nothing is left', async (t) => {
    const { open, files } = onDisk(t);
    const set = await open();
    await outage(set);
    for (const id of upTo(30, 2)) {
      set.offer(id);
      set.clock.advance(2_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await set.passing('most to be on disk', () => set.spooled() > 20);
    set.backEnd.received.splice(0);
    set.backEnd.otherwise = {};
    await set.passing('all to arrive', () => set.outcome('forwarded') === 31);
    assertInOrder(set.backEnd, 31);
    await eventually('the files to go', () => files().length === 0);
    const { forwarded, lost, received } = set.ledger.counts;
    const straight = set.settled.filter(({ fate }) => fate === 'forwarded').length;
    assert.deepEqual([forwarded + straight, lost, received], [31, 0, 0]);
    assert.equal(set.forwarder.health, undefined);
    assert.deepEqual([set.waiting(), set.bytesOnDisk(), set.oldestSeconds()], [0, 0, 0]);
  });

  test('holds what came before it against what came after it, also of what comes while it is sent', async (t) => {
    const { open } = onDisk(t);
    const set = await open();
    await outage(set);
    await set.allSettled(1);
    set.backEnd.otherwise = {};
    for (const id of upTo(5, 2)) set.offer(id);
    await set.passing('all', () => set.outcome('forwarded') === 6);
    set.backEnd.received.shift();
    assertInOrder(set.backEnd, 6);
  });

  for (const end of ['a crash', 'a stop']) {
    test(`is found by the next process after ${end}, counted as what it receives, and sent`, async (t) => {
      const { open, files } = onDisk(t);
      const first = await open();
      await outage(first);
      for (const id of upTo(9, 2)) first.offer(id);
      await first.passing('a part to be on disk', () => first.spooled() >= 1);
      if (end === 'a stop') {
        await stop(first);
        assert.ok(first.fates().every((fate) => fate === 'stored'));
        assert.equal(first.settled.length, 10);
        assert.equal(first.forwarder.countedOnDisk('traces'), 10);
      }
      const second = await open();
      const left = second.ledger.counts.received;
      assert.equal(left, end === 'a stop' ? 10 : first.spooled());
      await second.passing('all to be sent', () => second.outcome('forwarded') === left);
      assertInOrder(second.backEnd, left);
      assert.match(
        second.log.infos.join(),
        /"items":\d+,"requests":\d+.*waits in the spool is forwarded now/,
      );
      if (end === 'a stop') await eventually('the files to go', () => files().length === 0);
      const third = await open();
      assert.equal(third.ledger.counts.received, 0);
    });
  }

  test('sends again what was under way when its process died, and not what was taken', async (t) => {
    const { open } = onDisk(t);
    const first = await open();
    await outage(first);
    await first.allSettled(1);
    first.offer(2);
    first.clock.advance(10_000);
    await first.passing('both on disk', () => first.waiting() === 2);
    first.backEnd.otherwise = ({ body }) => (body.includes('span 2') ? { instead: 'hang' } : {});
    await first.passing('one to be taken', () => first.outcome('forwarded') === 1);
    await first.passing('the other to be under way', () => spansOf(first.backEnd).at(-1)?.[0] === 'span 2');
    first.clock.advance(5);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await open();
    await second.passing('the other', () => second.outcome('forwarded') === 1);
    assert.deepEqual(spansOf(second.backEnd), [['span 2']]);
  });

  test('waits for nothing at the end but for what is not on disk', async (t) => {
    const { open } = onDisk(t);
    const set = await open({}, { isJournaled: false });
    await outage(set);
    await set.allSettled(1);
    const before = set.backEnd.received.length;
    for (const id of upTo(5, 2)) set.offer(id);
    await stop(set);
    assert.equal(set.backEnd.received.length, before, 'what is behind what is on disk is not tried');
    assert.deepEqual(
      set.fates(),
      Array.from({ length: 6 }, () => 'stored'),
    );
    assert.equal(set.outcome('abandoned'), 0);
  });
});

suite('a spool beside memory', () => {
  test('takes what is more than a back end takes that is slow, so that nothing is lost', async (t) => {
    const { open } = onDisk(t);
    const set = await open({ max_queue: '400KB' });
    set.backEnd.hold();
    for (const id of upTo(300)) {
      set.offer(...upTo(50, id * 100));
      if (id % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      assert.ok(set.bytesInMemory() <= 400_000);
    }
    await eventually('memory to be relieved', () => set.bytesInMemory() <= 250_000);
    assert.ok(set.spooled() > 5_000, String(set.spooled()));
    set.backEnd.release();
    await set.passing('all to arrive', () => set.outcome('forwarded') === 15_000);
    assert.equal(set.outcome('overflowed'), 0);
    assert.equal(set.log.errors.length, 0, set.log.errors.join());
  });

  test('takes what waits for a back end that accepts everything and never answers', async (t) => {
    const { open } = onDisk(t);
    const set = await open();
    set.backEnd.otherwise = { instead: 'hang' };
    for (const id of upTo(10)) set.offer(id);
    await set.passing('it to be found out', () => set.requests('timeout') >= 1);
    await set.passing('all to be on disk', () => set.spooled() >= 10);
    assert.ok(set.fates().every((fate) => fate === 'stored'));
    set.backEnd.otherwise = {};
    await set.passing('all to arrive', () => set.outcome('forwarded') === 10);
  });

  test('takes what there is no room for since all of it is under way', async (t) => {
    const { open } = onDisk(t);
    const set = await open({ max_queue: '20KB' });
    set.backEnd.hold();
    for (const id of upTo(4)) set.offer(...upTo(40, id * 100));
    await eventually('four under way', () => set.backEnd.received.length === 4);
    for (const id of upTo(20)) set.offer(...upTo(40, 1_000 + id * 100));
    await eventually('the rest to be on disk', () => set.spooled() >= 20 * 40);
    set.backEnd.release();
    await set.passing('all to arrive', () => set.outcome('forwarded') === 24 * 40);
    assert.equal(set.outcome('overflowed'), 0);
  });

  test('has each signal by itself', async (t) => {
    const { open } = onDisk(t);
    const set = await open();
    set.backEnd.otherwise = ({ path }) => (path === '/v1/traces' ? { status: 503 } : {});
    for (const id of upTo(5)) {
      set.offer(id);
      set.offerBytes(request(100 + id), 1, 'logs');
    }
    await set.passing('the logs', () => set.outcome('forwarded', 'logs') === 5);
    await set.passing('the traces to be on disk', () => set.spooled() >= 4);
    set.backEnd.otherwise = {};
    await set.passing('the traces', () => set.outcome('forwarded') === 5);
  });

  test('tells the journal of each destination by itself, and the ledger of the first', async (t) => {
    const archive = new OtlpBackEnd();
    const endpoint = await archive.start();
    t.after(() => archive.stop());
    archive.otherwise = { status: 503 };
    const { open, spoolDirectory } = onDisk(t);
    const destinations = [{ name: 'archive', endpoint }];
    const set = await open({ destinations });
    set.offer(1, 2);
    await set.allSettled(1);
    assert.deepEqual(set.fates(), ['forwarded'], 'as it was at the first, once it is on disk for the other');
    assert.equal(set.forwarder.countedOnDisk('traces'), 0);
    archive.otherwise = {};
    await set.passing('it to arrive there', () => archive.received.length >= 2);
    assert.deepEqual(set.ledger.counts, { received: 0, forwarded: 0, lost: 0, unrouted: 0 });
    archive.otherwise = { status: 503 };
    set.offer(3);
    await set.passing('it to be on disk again', () => set.settled.length === 2);
    await stop(set);
    const next = await open({ destinations: [] });
    assert.match(next.log.warnings.join(), /"directory":"archive".*not configured any more/);
    await stop(next);
    archive.otherwise = {};
    const last = await open({ destinations });
    await last.passing('it to arrive at last', () => spansOf(archive).at(-1)?.[0] === 'span 3');
    assert.equal(last.ledger.counts.received, 0, 'it was forwarded already');
    assert.ok(spoolDirectory.length > 0);
  });
});

suite('a spool with bounds', () => {
  test('loses the oldest first when it is full, counts it, tells of it, and says so in health', async (t) => {
    const { open } = onDisk(t);
    const set = await open({ spool: { max_size: '100KB' } });
    await outage(set);
    const large = (id: number): Uint8Array => request(...upTo(100, id * 1_000));
    for (const id of upTo(60)) {
      set.offerBytes(large(id), 100);
      set.clock.advance(30_000);
      await eventually('it to be on disk', () => set.spooled() >= id * 100);
      assert.ok(set.bytesOnDisk() <= 100_000, String(set.bytesOnDisk()));
    }
    const lost = set.outcome('overflowed');
    assert.ok(lost > 2_000 && lost < 6_000, String(lost));
    assert.match(set.forwarder.health ?? '', /more than forward\.spool allows/);
    assert.match(set.log.errors.join('\n'), /more than forward\.spool\.max_size allows: the oldest is lost/);
    assert.ok(set.log.errors.length <= 5, 'not told each time');
    set.backEnd.received.splice(0);
    set.backEnd.otherwise = {};
    await set.passing('the rest', () => set.outcome('forwarded') + lost === 6_001);
    const arrived = spansOf(set.backEnd).flat();
    assert.ok(arrived.includes('span 60099'));
    assert.ok(!arrived.includes('span 1'));
    const straight = set.settled.filter(({ fate }) => fate === 'forwarded').length;
    assert.equal(set.ledger.counts.lost, lost);
    assert.equal(set.ledger.counts.forwarded + straight, 6_001 - lost);
  });

  test('loses what has waited for too long, also while its process was not there', async (t) => {
    const { open, files } = onDisk(t);
    const config = { spool: { max_age: '10m' } };
    const first = await open(config);
    await outage(first);
    await first.allSettled(1);
    await first.passing('ten minutes to pass', () => first.clock.monotonic() > 12 * 60_000, 20_000);
    await first.passing('it to be lost', () => first.outcome('expired') === 1, 20_000);
    await eventually('its file to go', () => files().length === 0);
    assert.match(first.log.errors.join(), /more than forward\.spool\.max_age allows/);
    first.offer(2);
    await first.passing('the next one to be on disk', () => first.waiting() === 1, 10_000);
    // The next process has an earlier clock, as its machine may.
    const second = await open({ ...config, endpoint: 'http://127.0.0.1:9' });
    await second.passing('that one as well', () => second.outcome('expired') === 1, 20_000);
    assert.deepEqual([second.ledger.counts.received, second.ledger.counts.lost], [1, 1]);
  });

  test('does not store what is larger than all of it', async (t) => {
    const { open } = onDisk(t);
    const set = await open({ spool: { max_size: '2KB' } });
    set.backEnd.otherwise = { status: 503 };
    set.offer(...upTo(100));
    await eventually('the outage', () => set.requests('503') === 1);
    set.backEnd.otherwise = {};
    await set.passing('it to be sent from memory', () => set.outcome('forwarded') === 100);
    assert.equal(set.spooled(), 0);
  });
});

suite('a spool on a disk that fails', () => {
  test('leaves what waits in memory, tells of it once, and is used when it can be', async (t) => {
    const { open, own } = onDisk(t);
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, 'not a directory');
    const set = await open();
    await outage(set);
    for (const id of upTo(20, 2)) set.offer(id);
    await set.passing('some tries', () => set.requests('503') >= 4);
    assert.equal(set.spooled(), 0);
    assert.deepEqual(set.fates(), []);
    assert.ok(set.bytesInMemory() > 0);
    assert.equal(set.log.errors.length, 1, set.log.errors.join('\n'));
    assert.match(set.log.errors[0]!, /the spool cannot be used: .*in memory alone/);
    assert.match(set.forwarder.health ?? '', /the spool cannot be used \(E\w+\)/);
    rmSync(own);
    await set.passing('it to be used', () => set.spooled() === 21);
    assert.match(set.log.infos.join(), /the spool is written again/);
    assert.doesNotMatch(set.forwarder.health ?? '', /spool/);
    set.backEnd.otherwise = {};
    await set.passing('all to arrive', () => set.outcome('forwarded') === 21);
  });

  test('loses the oldest beyond the bound of memory, and goes on', async (t) => {
    const { open, own } = onDisk(t);
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, 'not a directory');
    const set = await open({ max_queue: '10KB' });
    await outage(set);
    for (const id of upTo(100, 2)) {
      set.offer(id);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(set.bytesInMemory() <= 10_000);
    await eventually('the oldest to be lost', () => set.outcome('overflowed') > 70);
    set.backEnd.otherwise = {};
    await set.passing('the rest', () => set.outcome('forwarded') + set.outcome('overflowed') === 101);
  });

  test('goes on when somebody deletes its directory: what was in it is lost and counted', async (t) => {
    const { open, spoolDirectory } = onDisk(t);
    const set = await open();
    await outage(set);
    await set.allSettled(1);
    rmSync(spoolDirectory, { recursive: true });
    set.backEnd.otherwise = {};
    await set.passing('it to be missed', () => set.outcome('damaged') === 1);
    assert.equal(set.ledger.counts.lost, 1);
    assert.match(set.log.errors.join(), /a request in the spool cannot be read: it is lost/);
    await outage(set, 2);
    await set.passing('the next one to be stored', () => set.spooled() === 2, 5_000);
    set.backEnd.otherwise = {};
    await set.passing('and sent', () => set.outcome('forwarded') === 1);
  });

  test('leaves a file alone that cannot be read at the start, and sends the rest', async (t) => {
    const { open, own, files } = onDisk(t);
    const first = await open();
    await outage(first);
    await first.allSettled(1);
    await stop(first);
    const file = join(own, files()[0]!);
    rmSync(file);
    mkdirSync(file);
    const second = await open();
    assert.match(second.log.warnings.join(), /files in the spool that this version cannot read: left alone/);
    await outage(second, 2);
    await second.allSettled(1);
    assert.deepEqual(second.fates(), ['stored']);
    second.backEnd.otherwise = {};
    await second.passing('it to be sent', () => second.outcome('forwarded') === 1);
  });
});

suite('a damaged spool', () => {
  /** Six requests on disk, and the file that they are in. */
  async function written(t: Parameters<typeof onDisk>[0]) {
    const disk = onDisk(t);
    const set = await disk.open();
    await outage(set);
    for (const id of upTo(5, 2)) {
      set.offer(id);
      set.clock.advance(30_000);
      await eventually('it to be on disk', () => set.spooled() >= id);
    }
    await set.allSettled(6);
    const file = join(disk.own, disk.files()[0]!);
    return { ...disk, file, bytes: readFileSync(file) };
  }

  test('loses what cannot be read, counts it, tells of it, and sends the rest', async (t) => {
    const { open, file, bytes } = await written(t);
    bytes[bytes.indexOf('span 3')]! ^= 1;
    writeFileSync(file, bytes);
    const set = await open();
    assert.equal(set.ledger.counts.received, 6);
    await set.passing('the rest', () => set.outcome('forwarded') === 5);
    assert.deepEqual(spansOf(set.backEnd).flat().sort(), names([1, 2, 4, 5, 6]));
    assert.deepEqual([set.outcome('damaged'), set.damaged(), set.ledger.counts.lost], [1, 1, 1]);
    assert.match(set.log.errors[0]!, /a request in the spool cannot be read: it is lost/);
  });

  test('steps over a record whose head is damaged', async (t) => {
    const { open, file, bytes } = await written(t);
    const record = bytes.subarray(0, bytes.indexOf('span 3')).lastIndexOf(Buffer.of(1, 0, 3, 0));
    assert.ok(record > 0);
    bytes[record - 8]! ^= 0x40;
    writeFileSync(file, bytes);
    const set = await open();
    assert.equal(set.ledger.counts.received, 5);
    await set.passing('the rest', () => set.outcome('forwarded') === 5);
    assert.deepEqual(spansOf(set.backEnd).flat().sort(), names([1, 2, 4, 5, 6]));
    assert.equal(set.damaged(), 1);
    assert.match(set.log.errors[0]!, /the spool is damaged/);
  });

  test('has all that stands before a torn end, which is no damage', async (t) => {
    const { open, file, bytes } = await written(t);
    writeFileSync(file, bytes.subarray(0, bytes.indexOf('span 6')));
    const set = await open();
    await set.passing('the rest', () => set.outcome('forwarded') === 5);
    assert.deepEqual([set.damaged(), set.log.errors.length], [0, 0]);
    assert.match(set.log.warnings.join(), /the spool ends where it should not: a crash cut it off/);
  });

  test('leaves a file of a newer version alone', async (t) => {
    const { open, file, bytes } = await written(t);
    bytes[12] = '2'.charCodeAt(0);
    writeFileSync(file, bytes);
    const set = await open();
    assert.equal(set.ledger.counts.received, 0);
    assert.match(set.log.warnings.join(), /files in the spool that this version cannot read: left alone/);
    await outage(set);
    await set.allSettled(1);
    await stop(set);
    assert.deepEqual(readFileSync(file), bytes);
  });
});

suite('what comes from a spool', () => {
  test('is divided where it is too large, and stays on disk until both halves are done', async (t) => {
    const { open } = onDisk(t);
    const first = await open();
    first.backEnd.otherwise = { status: 503 };
    first.offer(...upTo(10));
    await first.allSettled(1);
    let taken = 0;
    first.backEnd.otherwise = ({ body }) => {
      if (body.includes('span 3') && body.includes('span 8')) return { status: 413 };
      return taken++ === 0 ? {} : { instead: 'hang' };
    };
    await first.passing('one half to be taken', () => first.outcome('forwarded') === 5);
    assert.equal(first.waiting(), 1);
    const second = await open();
    await second.passing('all of it', () => second.outcome('forwarded') === 10);
    assert.deepEqual(spansOf(second.backEnd).flat().sort(), names(upTo(10)).sort());
    await stop(first);
  });

  test('is lost as far as it is rejected, and never sent again', async (t) => {
    const { open, files } = onDisk(t);
    const set = await open();
    set.backEnd.replies.push({ status: 503 }, { body: partialSuccess(3) });
    set.offer(...upTo(10));
    await set.passing('it to be taken', () => set.outcome('forwarded') === 7);
    assert.equal(set.outcome('rejected'), 3);
    assert.deepEqual([set.ledger.counts.forwarded, set.ledger.counts.lost], [7, 3]);
    assert.equal(set.backEnd.received.length, 2);
    await eventually('the files to go', () => files().length === 0);
  });

  test('is given up when it can never be taken, and holds nothing up', async (t) => {
    const { open } = onDisk(t);
    const set = await open();
    set.backEnd.otherwise = ({ body }) => (body.includes('span 1') ? { status: 503 } : {});
    set.offer(1);
    let id = 20;
    await set.passing(
      'it to be given up',
      () => {
        if (id < 400) set.offer(id++);
        return set.outcome('given_up') === 1;
      },
      1_000,
    );
    assert.ok(set.outcome('forwarded') >= 10);
    await set.passing('the rest', () => set.outcome('forwarded') === id - 20);
  });

  test('is unrouted where its endpoint is gone, or leads to Tocsin itself', async (t) => {
    const { open, files } = onDisk(t);
    const first = await open();
    await outage(first);
    await stop(first);
    const endpoints = { logs: 'http://127.0.0.1:9/' };
    const second = await open({ endpoint: '', endpoints });
    assert.deepEqual(second.ledger.counts, { received: 1, forwarded: 0, lost: 0, unrouted: 1 });
    await eventually('the files to go', () => files().length === 0);
    const third = await open();
    await outage(third);
    await third.allSettled(1);
    third.forwarder.turnAway({ destination: 'default', signal: 'traces' });
    assert.equal(third.ledger.counts.unrouted, 1);
  });
});
