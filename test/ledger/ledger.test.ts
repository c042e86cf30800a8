import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Random } from '../fuzz/random.ts';
import type { Account } from '../support/ledger-accounts.ts';
import { AccountBounded } from './account.ts';
import { Expectations } from './expected.ts';
import { History } from './history.ts';
import { equation, LifeAccounts } from './inside.ts';
import { UsageWrong } from '../support/command-line.ts';
import { readOptions } from './options.ts';
import { Outside } from './outside.ts';
import { planOf } from './plan.ts';
import type { Policy } from './settings.ts';
import { type Attempt, type Item, type Outcome, type Shipment, wronglyAnswered } from './shipment.ts';
import { Traffic } from './traffic.ts';
import type { Delivery } from './upstream.ts';

const policy: Policy = { healthChecks: true, dropsFiles: false, ratio: 1 };

function account(given: Partial<Account>): Account {
  const nothing = { forwarded: 0, dropped: 0, sampled_out: 0, unrouted: 0, rejected: 0, duplicate: 0 };
  return { received: 0, ...nothing, lost: 0, pending: 0, ...given };
}

const accounts = (spans: Partial<Account>) => ({
  spans: account(spans),
  log_records: account({}),
  data_points: account({}),
});

suite('the counters of a process', () => {
  const enough = { spans: 100, log_records: 0, data_points: 0 };

  test('are right while they close and grow', () => {
    const life = new LifeAccounts();
    assert.deepEqual(life.next(accounts({ received: 5, forwarded: 2, pending: 3 }), enough), []);
    assert.deepEqual(life.next(accounts({ received: 6, forwarded: 4, lost: 1, rejected: 1 }), enough), []);
  });

  test('are told with their equation where they do not close', () => {
    const [problem, ...others] = new LifeAccounts().next(accounts({ received: 5, forwarded: 4 }), enough);
    assert.match(problem!, /^the ledger does not close\. spans: received 5 ≠ forwarded 4/);
    assert.deepEqual(others, []);
    assert.match(equation(account({ received: 1, lost: 1 })), /^received 1 = .*lost 1.*\(= 1\)$/);
  });

  test('are wrong when one becomes less, or is below 0', () => {
    const life = new LifeAccounts();
    life.next(accounts({ received: 5, forwarded: 5 }), enough);
    const fell = life.next(accounts({ received: 5, forwarded: 4, lost: 1 }), enough);
    assert.match(fell.join(), /forwarded has become less/);
    const below = new LifeAccounts().next(accounts({ received: 0, forwarded: 1, pending: -1 }), enough);
    assert.match(below.join(), /pending is no number of items/);
  });

  test('are wrong when more was forwarded than the back end took', () => {
    const few = { ...enough, spans: 3 };
    const problems = new LifeAccounts().next(accounts({ received: 4, forwarded: 4 }), few);
    assert.match(problems.join(), /forwarded is more than the back end took, 3/);
  });
});

/** Traffic with one request of log records that was answered like this, in the first life, one answer a millisecond. */
function sent(...outcomes: Outcome['kind'][]): Traffic {
  const traffic = new Traffic(new Random(1, 1, 1), ['shop']);
  let story = traffic.next();
  while (story.shipments[0]!.kind !== 'good' || story.shipments[0]!.signal !== 'logs') story = traffic.next();
  story.shipments[0]!.attempts = outcomes.map((kind, i) => attempt(kind, i));
  return traffic;
}

function attempt(kind: Outcome['kind'], at: number, life = 0): Attempt {
  const outcome = { kind, rejected: 0, code: '400' } as Outcome;
  const way = { protocol: 'protobuf', gzip: false, goesAwayAfterMillis: undefined } as const;
  return { life, way, sentAt: at, endedAt: at + 1, outcome };
}

function sentOne(traffic: Traffic): Shipment {
  return traffic.shipments.find(({ attempts }) => attempts.length > 0)!;
}

function delivery(took: readonly Item[], given: Partial<Delivery> = {}): Delivery {
  const numbers = took.map(({ number }) => number);
  return {
    at: 10,
    signal: 'logs',
    took: numbers,
    refused: [],
    isKnown: 'yes',
    answer: '200',
    ...given,
  };
}

/** What is wrong with what came, of a Tocsin with these lives. */
function checked(traffic: Traffic, deliveries: readonly Delivery[], history = oneLife(), toldLost = 0) {
  const expectations = new Expectations(history, 1_000, false);
  const texts = new Map([...traffic.items.values()].map(({ number, text }) => [number, text]));
  const facts = { items: traffic.items, history, expectations, isJournaled: true, toldLost };
  const outside = new Outside({ deliveries, texts }, facts);
  const bounded = new AccountBounded(traffic.shipments, outside.sightings, expectations);
  return { problems: outside.problems, bounded };
}

function oneLife(): History {
  const history = new History(policy, true);
  history.begin(0);
  return history;
}

function killedAt(time: number): History {
  const history = oneLife();
  Object.assign(history.current, { endedAt: time, wasKilled: true });
  history.begin(time);
  return history;
}

suite('what came', () => {
  test('is right where all that was taken came once', () => {
    const traffic = sent('again', 'taken');
    const { items } = sentOne(traffic);
    const { problems, bounded } = checked(traffic, [delivery(items)]);
    assert.deepEqual(problems, []);
    assert.deepEqual(bounded.of.log_records.forwarded, [items.length, items.length]);
  });

  test('is wrong where something is missing, unless the back end refused it or its loss was told', () => {
    const traffic = sent('taken');
    const [missing, ...came] = sentOne(traffic).items;
    const { problems, bounded } = checked(traffic, [delivery(came)]);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /was taken and never came; request \d+: taken in life 0/);
    assert.deepEqual(bounded.of.log_records.lost, [1, 1]);
    assert.deepEqual(checked(traffic, [delivery(came, { refused: [missing!.number] })]).problems, []);
    assert.deepEqual(checked(traffic, [delivery(came)], oneLife(), 1).problems, []);
  });

  test('is wrong where what was refused came, and right where nobody heard the answer', () => {
    const refused = sent('refused');
    const { problems } = checked(refused, [delivery(sentOne(refused).items)]);
    assert.match(problems.join(), /came, and should not: never/);
    const unknown = sent('unknown');
    assert.deepEqual(checked(unknown, [delivery(sentOne(unknown).items)]).problems, []);
    assert.deepEqual(checked(unknown, []).problems, []);
  });

  test('may come twice after a crash or where an answer was lost, and not else', () => {
    const traffic = sent('taken');
    const { items } = sentOne(traffic);
    const twice = [delivery(items), delivery(items)];
    assert.match(checked(traffic, twice).problems.join(), /came 2 times/);
    assert.deepEqual(checked(traffic, twice, killedAt(5)).problems, []);
    assert.deepEqual(checked(traffic, [delivery(items, { isKnown: 'no' }), delivery(items)]).problems, []);
  });

  test('is told where nobody sent it', () => {
    const traffic = sent('taken');
    const { items } = sentOne(traffic);
    const [number] = [...traffic.items.keys()];
    const outside = new Outside(
      {
        deliveries: [delivery(items)],
        texts: new Map([
          [0, 'what?'],
          [number!, 'other'],
        ]),
      },
      {
        items: traffic.items,
        history: oneLife(),
        expectations: new Expectations(oneLife(), 1_000, false),
        isJournaled: true,
        toldLost: 0,
      },
    );
    assert.match(outside.problems[0]!, /an item came that nobody sent: what\?/);
    assert.match(outside.problems[1]!, /came as another than it was sent/);
  });
});

suite('an answer', () => {
  test('is right if it takes what is good and refuses what is not', () => {
    const traffic = sent('again', 'taken');
    const good = sentOne(traffic);
    assert.equal(wronglyAnswered(good), undefined);
    assert.match(wronglyAnswered({ ...good, kind: 'broken' })!, /\(broken\) .* was taken$/);
    assert.match(wronglyAnswered({ ...good, attempts: [attempt('refused', 1)] })!, /was refused: 400$/);
    const items = good.items.map((item) => ({ ...item, isValid: false }));
    assert.match(wronglyAnswered({ ...good, items })!, /0 rejected, and not \d/);
  });
});

suite('the account in the end', () => {
  test('counts what was sent again after its answer as duplicate', () => {
    const traffic = sent('unknown', 'taken', 'taken');
    const { items } = sentOne(traffic);
    const { length } = items;
    const { bounded } = checked(traffic, [delivery(items)]);
    assert.deepEqual(bounded.of.log_records.received, [2 * length, 3 * length]);
    assert.deepEqual(bounded.of.log_records.duplicate, [length, 2 * length]);
    const right = { received: 3 * length, forwarded: length, duplicate: 2 * length };
    const all = { ...accounts({}), log_records: account(right) };
    assert.deepEqual(bounded.problemsOf(all), []);
    const wrong = { ...all, log_records: account({ ...right, forwarded: length + 1 }) };
    assert.deepEqual(bounded.problemsOf(wrong), [
      `log_records forwarded: ${length + 1} counted, and there must be ${length}`,
    ]);
  });
});

suite('what must become of a local trace', () => {
  /** Cut in two, of which the second comes so much later. */
  const trace = (root: 'plain' | 'health check', failed: boolean, laterMillis: number): Item => {
    const spans: Item[] = [];
    const of = { id: '0'.repeat(32), root, spans };
    for (const at of [0, laterMillis]) {
      const item = {
        number: at,
        signal: 'traces',
        isValid: true,
        failed: failed && at > 0,
        trace: of,
        text: '',
      };
      const shipment = { attempts: [attempt('taken', at)] } as Shipment;
      spans.push(Object.assign(item, { shipment }) as Item);
    }
    return spans[0]!;
  };
  const fateOf = (item: Item, history = oneLife()) => new Expectations(history, 1_000, false).of(item);

  test('is known where it is calm', () => {
    assert.equal(fateOf(trace('plain', false, 500)), 'forward');
    assert.equal(fateOf(trace('health check', false, 500)), 'drop');
    const sampling = new History({ ...policy, ratio: 0.5 }, true);
    sampling.begin(0);
    assert.equal(fateOf(trace('plain', false, 500), sampling), 'sample out');
  });

  test('is not where its root came too late, something failed, or Tocsin was killed or configured anew', () => {
    assert.equal(fateOf(trace('health check', false, 1_000)), 'any');
    assert.equal(fateOf(trace('health check', true, 500)), 'any');
    assert.equal(fateOf(trace('health check', false, 500), killedAt(5_000)), 'any');
    const reloaded = oneLife();
    reloaded.changePolicy({ ...policy, healthChecks: false }, 200, 300);
    assert.equal(fateOf(trace('health check', false, 500), reloaded), 'any');
  });

  test('is to be forwarded whatever happens, where it failed', () => {
    const item = trace('health check', true, 500);
    assert.equal(fateOf(item.trace!.spans[1]!, killedAt(5_000)), 'forward');
  });
});

suite('a plan', () => {
  test('follows from its seed and round', () => {
    assert.deepEqual(planOf(7, 3, true), planOf(7, 3, true));
    assert.notDeepEqual(planOf(7, 3, true), planOf(7, 4, true));
    assert.notDeepEqual(planOf(7, 3, true), planOf(8, 3, true));
  });

  test('has every fault and every way to be configured in some rounds, and a small disk only where there are such', () => {
    const plans = Array.from({ length: 200 }, (_, round) => planOf(1, round, true));
    const kinds = new Set(plans.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
    assert.deepEqual([...kinds].sort(), ['fill disk', 'kill', 'lock store', 'reload', 'stop']);
    for (const spool of ['usual', 'broken', 'tiny'])
      assert.ok(plans.some(({ settings }) => settings.spool === spool));
    const without = Array.from({ length: 200 }, (_, round) => planOf(1, round, false));
    assert.ok(without.every(({ settings }) => settings.diskMebibytes === undefined));
    assert.ok(without.every(({ faults }) => faults.every(({ kind }) => kind !== 'fill disk')));
  });

  test('begins with what the command line says, which must be right', () => {
    const { seed, from, seconds } = readOptions(['--seed', '5', '--from', '2']);
    assert.deepEqual([seed, from, seconds], [5, 2, 180]);
    assert.throws(() => readOptions(['--seed', 'x']), UsageWrong);
    assert.throws(() => readOptions(['--sed', '1']), UsageWrong);
  });
});
