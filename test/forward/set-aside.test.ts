import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { type RefusedRequest, SetAside } from '../../src/forward/set-aside.ts';
import { temporaryDirectory } from '../config/support.ts';
import { TestClock } from '../support/test-clock.ts';
import { request, setUp } from './support.ts';

const refused = (bytes: Uint8Array): RefusedRequest => ({
  signal: 'traces',
  bytes,
  items: 1,
  url: 'http://a/v1/traces',
  reason: 'HTTP 400',
  answer: 'too old',
});

function keeper(t: TestContext) {
  const directory = join(temporaryDirectory(t), 'refused');
  const clock = new TestClock();
  return { directory, clock, setAside: new SetAside(clock, directory), names: () => readdirSync(directory) };
}

suite('what a back end refuses by itself', () => {
  test('is kept with what was answered, for its owner alone', async (t) => {
    const { directory, setAside, names } = keeper(t);
    const file = setAside.keep(refused(request(1))) ?? assert.fail('it is not kept');
    await setAside.written();
    assert.equal(file, join(directory, '2026-01-02T03-04-05.000Z-traces-1.binpb'));
    assert.deepEqual(new Uint8Array(readFileSync(file)), request(1));
    const facts: unknown = JSON.parse(readFileSync(file.replace('binpb', 'json'), 'utf8'));
    assert.deepEqual(facts, {
      time: '2026-01-02T03:04:05.000Z',
      signal: 'traces',
      items: 1,
      url: 'http://a/v1/traces',
      reason: 'HTTP 400',
      answer: 'too old',
    });
    for (const name of names()) assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600);
  });

  test('is kept once a second, and never more than there is room for', async (t) => {
    const { clock, setAside, names } = keeper(t);
    assert.ok(setAside.keep(refused(request(1))) !== undefined);
    assert.equal(setAside.keep(refused(request(2))), undefined);
    for (let i = 0; i < 80; i++) {
      clock.advance(1_000);
      await setAside.written();
      assert.ok(setAside.keep(refused(request(i))) !== undefined);
    }
    await setAside.written();
    const kept = names().filter((name) => name.endsWith('.binpb'));
    assert.equal(kept.length, 50);
    assert.equal(names().length, 100);
    assert.ok(kept.at(-1)!.endsWith('-81.binpb'));
    for (let i = 0; i < 20; i++) {
      clock.advance(1_000);
      setAside.keep(refused(new Uint8Array(2 ** 20)));
      await setAside.written();
    }
    assert.equal(names().length, 32);
    clock.advance(1_000);
    assert.equal(setAside.keep(refused(new Uint8Array(2 ** 25))), undefined);
  });

  test('is not missed where it cannot be written', async (t) => {
    const { directory, setAside, clock } = keeper(t);
    writeFileSync(directory, 'not a directory');
    setAside.keep(refused(request(1)));
    await setAside.written();
    clock.advance(1_000);
    assert.ok(setAside.keep(refused(request(1))) !== undefined);
    await setAside.written();
  });

  test('can be looked at where the log says, with nothing of the headers', async (t) => {
    const spoolDirectory = temporaryDirectory(t);
    const headers = { 'x-key': 'hunter2-very-secret' };
    const { backEnd, offer, allSettled, log, forwarder } = await setUp(t, { headers }, { spoolDirectory });
    offer(100);
    await allSettled(1);
    const body = 'bad span, and hunter2-very-secret';
    backEnd.otherwise = ({ body: sent }) =>
      sent.includes('span 7') ? { status: 400, headers: { 'content-type': 'text/plain' }, body } : {};
    offer(5, 6, 7, 8);
    await allSettled(2);
    await forwarder.stop();
    const directory = join(spoolDirectory, 'default', 'refused');
    const [bytes, json] = readdirSync(directory).sort();
    assert.deepEqual(new Uint8Array(readFileSync(join(directory, bytes!))), request(7));
    assert.match(readFileSync(join(directory, json!), 'utf8'), /"answer": "bad span, and <secret>"/);
    assert.ok(log.errors[0]!.includes(`"set_aside":"${join(directory, bytes!)}"`), log.errors[0]);
  });

  test('is not kept where it is not refused for what is in it', async (t) => {
    const spoolDirectory = temporaryDirectory(t);
    const { backEnd, offer, allSettled, forwarder } = await setUp(t, {}, { spoolDirectory });
    backEnd.otherwise = { status: 401 };
    offer(1);
    await allSettled(1);
    await forwarder.stop();
    assert.deepEqual(readdirSync(join(spoolDirectory, 'default')), []);
  });
});
