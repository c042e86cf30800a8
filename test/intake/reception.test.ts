import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { Journal } from '../../src/intake/journal/journal.ts';
import { JournalReplay } from '../../src/intake/journal/replay.ts';
import { Reception } from '../../src/intake/reception.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { MalformedOtlp } from '../../src/otlp/malformed.ts';
import type { Signal } from '../../src/otlp/signal.ts';
import type { Accepted } from '../../src/pipeline/acceptor.ts';
import { StoreUnavailable } from '../../src/pipeline/failures/event-recorder.ts';
import { Events } from '../../src/telemetry/events.ts';
import { temporaryDirectory } from '../config/support.ts';
import { eventually } from '../support/eventually.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

type Answer = () => Promise<Accepted>;

const three: Answer = () => Promise.resolve({ items: 3, rejected: 1 });
const refuse =
  (reason: Error): Answer =>
  () =>
    Promise.reject(reason);

/** A reception in front of a pipeline that answers as it is told; each call of `restart` is a new process on the same disk. */
function setUp(t: TestContext) {
  const clock = new TestClock();
  const log = new RecordingLog();
  const registry = new MetricRegistry();
  const events = new Events(registry, log, new SeriesBudget(1000));
  const directory = join(temporaryDirectory(t), 'journal');
  const taken: string[] = [];
  const answers: Answer[] = [];
  const acceptor = (signal: Signal) => ({
    accept: async (body: Uint8Array, onWhole?: () => Promise<void>): Promise<Accepted> => {
      if (Buffer.from(body).includes('broken')) throw new MalformedOtlp('broken');
      await onWhole?.();
      taken.push(`${signal} ${Buffer.from(body).toString()}`);
      return (answers.shift() ?? three)();
    },
  });
  const acceptors = { traces: acceptor('traces'), logs: acceptor('logs'), metrics: acceptor('metrics') };
  let running: Journal | undefined;
  /** Marks are written a little later than they are made. */
  const marked = async (): Promise<void> => {
    clock.advance(5);
    await running?.written();
  };
  const restart = async () => {
    await marked();
    const journal = new Journal({ clock, events, directory });
    await journal.start();
    running = journal;
    const reception = new Reception({ clock, events, acceptors, journal });
    const replay = new JournalReplay({ clock, events, journal, take: (left) => reception.replay(left) });
    t.after(() => journal.stop());
    return {
      journal,
      replay,
      send: (text: string, signal: Signal = 'traces') =>
        reception.receive(signal, 'protobuf', Buffer.from(text)),
    };
  };
  const ledger = (signal: string, fate: string): number => {
    const text = [...registry.expose()].join('');
    return Number(new RegExp(`ledger_total\\{signal="${signal}",fate="${fate}"} (\\d+)`).exec(text)?.[1]);
  };
  return { clock, log, events, acceptors, taken, answers, restart, ledger };
}

suite('a request that comes again', () => {
  test('within two minutes is answered as before, and counted as a duplicate', async (t) => {
    const { restart, taken, clock, ledger } = setUp(t);
    const { send } = await restart();
    const first = await send('a');
    clock.advance(119_000);
    assert.deepEqual(await send('a'), first);
    assert.deepEqual(taken, ['traces a']);
    assert.deepEqual([ledger('spans', 'received'), ledger('spans', 'duplicate')], [3, 3]);
  });

  test('after two minutes is new', async (t) => {
    const { restart, taken, clock } = setUp(t);
    const { send } = await restart();
    await send('a');
    clock.advance(120_001);
    await send('a');
    assert.equal(taken.length, 2);
  });

  test('for another signal is new', async (t) => {
    const { restart, taken } = setUp(t);
    const { send } = await restart();
    await send('', 'traces');
    await send('', 'logs');
    await send('', 'metrics');
    assert.equal(taken.length, 3);
  });

  test('while the first is under way waits for its answer', async (t) => {
    const { restart, taken, answers } = setUp(t);
    const { send } = await restart();
    let answer: (accepted: Accepted) => void = () => undefined;
    answers.push(() => new Promise((resolve) => (answer = resolve)));
    const both = [send('a'), send('a')];
    await eventually('the first to be worked on', () => taken.length > 0);
    answer({ items: 7, rejected: 0 });
    assert.deepEqual(
      (await Promise.all(both)).map(({ items }) => items),
      [7, 7],
    );
    assert.equal(taken.length, 1);
  });

  test('after it was refused is new', async (t) => {
    const { restart, taken, answers, ledger } = setUp(t);
    const { send } = await restart();
    answers.push(refuse(new StoreUnavailable('down')));
    const both = await Promise.allSettled([send('a'), send('a')]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    await send('a');
    assert.equal(taken.length, 2);
    assert.equal(ledger('spans', 'duplicate'), 0);
  });

  test('is known however large it is, and one that differs anywhere is another', async (t) => {
    const { restart, taken } = setUp(t);
    const { send } = await restart();
    const large = 'x'.repeat(100_000);
    await send(large);
    await send(large);
    for (const at of [0, 50_000, 99_999]) await send(`${large.slice(0, at)}y${large.slice(at + 1)}`);
    assert.equal(taken.length, 4);
  });

  test('is forgotten when far too many others came', async (t) => {
    const { clock, events, acceptors, taken } = setUp(t);
    const reception = new Reception({ clock, events, acceptors, journal: undefined });
    const send = (text: string) => reception.receive('traces', 'protobuf', Buffer.from(text));
    for (let i = 0; i <= 32_769; i++) await send(String(i));
    taken.length = 0;
    await send('32768');
    await send('0');
    assert.deepEqual(taken, ['traces 0']);
  });
});

suite('a request in the journal', () => {
  test('that was answered and is still pending is taken again after a crash, once', async (t) => {
    const { restart, taken, answers } = setUp(t);
    const first = await restart();
    answers.push(() => Promise.resolve({ items: 1, rejected: 0, pending: new Promise(() => undefined) }));
    await first.send('pending');
    await first.send('done');
    taken.length = 0;
    const second = await restart();
    await second.replay.start();
    assert.deepEqual(taken, ['traces pending']);
    const third = await restart();
    await third.replay.start();
    assert.deepEqual(taken, ['traces pending']);
  });

  test('is done once nothing of it is pending', async (t) => {
    const { restart, taken, answers } = setUp(t);
    const first = await restart();
    let settle: () => void = () => undefined;
    const pending = new Promise<void>((resolve) => (settle = resolve));
    answers.push(() => Promise.resolve({ items: 1, rejected: 0, pending }));
    await first.send('a');
    settle();
    await pending;
    await first.send('b');
    taken.length = 0;
    await (await restart()).replay.start();
    assert.deepEqual(taken, []);
  });

  test('that was under way when the process was killed is taken again, and known when its sender sends it again', async (t) => {
    const { restart, taken, answers } = setUp(t);
    const first = await restart();
    answers.push(() => new Promise(() => undefined));
    void first.send('a', 'logs');
    await eventually('it to be worked on', () => taken.length === 1);
    const second = await restart();
    await second.replay.start();
    await second.send('a', 'logs');
    assert.deepEqual(taken, ['logs a', 'logs a']);
  });

  const refusals: [name: string, error: Error][] = [
    ['the store was not there', new StoreUnavailable('down')],
    ['it is broken', new MalformedOtlp('broken')],
  ];
  for (const [name, error] of refusals) {
    test(`that was refused, since ${name}, is withdrawn`, async (t) => {
      const { restart, taken, answers } = setUp(t);
      const first = await restart();
      answers.push(refuse(error));
      await assert.rejects(first.send('a'), error);
      await first.send('b');
      taken.length = 0;
      await (await restart()).replay.start();
      assert.deepEqual(taken, []);
    });
  }

  test('is none that is broken: it never gets there', async (t) => {
    const { restart } = setUp(t);
    const { send, journal } = await restart();
    await assert.rejects(send('broken'), { name: 'MalformedOtlp' });
    assert.equal(journal.bytes, 0);
  });

  test('waits for a store that is not there, and is left out for good when it can never be taken', async (t) => {
    const { restart, taken, answers, clock, log } = setUp(t);
    const never: Answer = () => new Promise(() => undefined);
    const first = await restart();
    answers.push(never, never, never);
    for (const text of ['a', 'b', 'c']) void first.send(text);
    await eventually('all to be worked on', () => taken.length === 3);
    taken.length = 0;
    answers.push(refuse(new StoreUnavailable('down')), three, refuse(new MalformedOtlp('broken')));
    const second = await restart();
    await second.replay.start();
    assert.deepEqual(taken, ['traces a']);
    clock.advance(1_000);
    await eventually('the others', () => taken.length === 4);
    assert.deepEqual(taken, ['traces a', 'traces a', 'traces b', 'traces c']);
    await eventually('the end', () => log.infos.length > 0);
    assert.match(log.errors.join(), /cannot be taken again/);
    await second.replay.stop();
    await (await restart()).replay.start();
    assert.equal(taken.length, 4);
  });

  test('that comes behind much else has the time that this takes as well', async (t) => {
    const { clock, events, acceptors } = setUp(t);
    const journal = {
      waitingBytes: 2 ** 24,
      append: () => new Promise<{ done: () => void }>(() => undefined),
    };
    const reception = new Reception({ clock, events, acceptors, journal });
    const sent = reception.receive('traces', 'protobuf', Buffer.from('a'));
    let isOver = false;
    sent.catch(() => (isOver = true));
    await eventually('it to be written', () => clock.pendingTimers === 1);
    clock.advance(250 + 1_023);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isOver, false);
    clock.advance(2);
    await assert.rejects(sent, { name: 'JournalStalled' });
  });

  test('that the disk does not take in time is refused, and withdrawn when it stands there after all', async (t) => {
    const { clock, events, acceptors, taken } = setUp(t);
    let written: (entry: { done: () => void }) => void = () => undefined;
    let withdrawn = 0;
    const journal = {
      waitingBytes: 0,
      append: () => new Promise<{ done: () => void }>((resolve) => (written = resolve)),
    };
    const reception = new Reception({ clock, events, acceptors, journal });
    const sent = reception.receive('traces', 'protobuf', Buffer.from('a'));
    await eventually('it to be written', () => clock.pendingTimers === 1);
    clock.advance(251);
    await assert.rejects(sent, { name: 'JournalStalled' });
    assert.deepEqual(taken, []);
    written({ done: () => withdrawn++ });
    await eventually('it to be withdrawn', () => withdrawn === 1);
  });
});
