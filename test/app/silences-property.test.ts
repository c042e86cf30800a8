import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noRouting } from '../../src/alerting/routing/routing.ts';
import type { Silence } from '../../src/alerting/silences/silence.ts';
import type { Message } from '../../src/notify/message.ts';
import type { Outcome, Reference } from '../../src/notify/receiver.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { matchersOf } from '../alerting/silences/support.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { runs } from '../support/runs.ts';
import { startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const service = fc.constantFrom('shop', 'batch', 'till');
const failure = fc.record({
  service,
  fingerprint: fc.constantFrom('1:a', '1:b'),
  severity: fc.constantFrom('high' as const, 'critical' as const),
});
const wish = fc.record({
  matchers: fc.constantFrom(
    'service=shop',
    'service=~"shop|till"',
    'severity!=high',
    'service=batch,severity=high',
  ),
  inMinutes: fc.nat(4),
  minutes: fc.integer({ min: 1, max: 10 }),
});
type Of<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
type Action =
  | { do: 'fail'; failure: Of<typeof failure> }
  | { do: 'resolve'; service: string }
  | { do: 'pass'; seconds: number }
  | { do: 'silence'; wish: Of<typeof wish> }
  | { do: 'change'; which: number; wish: Of<typeof wish> }
  | { do: 'expire'; which: number }
  | { do: 'outage'; tries: number }
  | { do: 'restart' };
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('fail' as const), failure }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('resolve' as const), service }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 300 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('silence' as const), wish }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change' as const), which: fc.nat(5), wish }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outage' as const), tries: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

/** Written anew, as people read it. */
function isSilenced(
  labels: Readonly<Record<string, string>>,
  silences: readonly Silence[],
  at: number,
): boolean {
  const matches = { '=': true, '!=': false, '=~': true, '!~': false };
  return silences.some(
    ({ startsAt, endsAt, matchers }) =>
      // Who is told in the very moment in which it begins was told before.
      startsAt < at &&
      at < endsAt &&
      matchers.every(({ name, operator, value }) => {
        const isAlike = value.split('|').includes(labels[name] ?? '');
        return isAlike === matches[operator];
      }),
  );
}

/** Knows of what it was given to show only what it took. */
class Chat extends RecordingReceiver {
  readonly taken = new Map<string, Message['state'][]>();
  tries = 0;
  onTry: (message: Message) => Promise<void> = () => Promise.resolve();

  override async notify(message: Message, reference: Reference | undefined): Promise<Outcome> {
    this.tries++;
    await this.onTry(message);
    const outcome = await super.notify(message, reference);
    const key = message.incident?.key ?? '';
    if (outcome.kind === 'delivered') this.taken.set(key, [...(this.taken.get(key) ?? []), message.state]);
    return outcome;
  }
}

test('nothing that is silenced is told, and all that fires at the end of its silence is', async () => {
  const seen = { tries: 0, held: 0, told: 0, neverTold: 0 };
  const check = async (actions: readonly Action[]): Promise<void> => {
    const chat = new Chat('slack');
    const routing = { ...noRouting, route: routeSpec({ receiver: 'slack' }) };
    let running = await startAlerting(routing, { receivers: [chat] });
    const { store } = running;
    /** Although it was silenced. */
    const told: string[] = [];
    const silences = async () =>
      (await store.calls.listSilences()).toSorted((a, b) => a.startsAt - b.startsAt);
    chat.onTry = async ({ incident }) => {
      const at = running.clock.now();
      const { labels } = incident!;
      if (isSilenced(labels, await silences(), at)) told.push(`${at}: ${JSON.stringify(labels)}`);
    };
    const wanted = ({ matchers, inMinutes, minutes }: Of<typeof wish>) => {
      const startsAt = running.clock.now() + inMinutes * minute;
      const reason = { createdBy: 'alice', comment: 'known' };
      return { matchers: matchersOf(matchers), startsAt, endsAt: startsAt + minutes * minute, ...reason };
    };
    const act = async (each: Action): Promise<unknown> => {
      switch (each.do) {
        case 'fail':
          return running.record(each.failure);
        case 'resolve':
          return running.resolveAll(each.service);
        case 'pass':
          return running.pass(each.seconds * 1000);
        case 'silence':
          return running.silences.set(wanted(each.wish));
        case 'change': {
          const before = (await silences())[each.which];
          return (
            before && running.silences.set({ ...before, ...wanted(each.wish), startsAt: before.startsAt })
          );
        }
        case 'expire': {
          const before = (await silences())[each.which];
          return before && running.silences.expire(before.id);
        }
        case 'outage':
          for (let i = 0; i < each.tries; i++) chat.outcomes.push({ kind: 'failed', reason: 'down' });
          return undefined;
        case 'restart':
          await running.stop();
          running = await startAlerting(routing, {
            receivers: [chat],
            store,
            at: running.clock.now() + 1000,
          });
          return undefined;
      }
    };
    for (const each of actions) {
      await act(each);
      await running.pass(1);
      seen.held += (await store.calls.listDeliveries({ limit: 100, states: ['held'] })).items.length;
    }
    // All silences are over, and what did not fail for half an hour.
    chat.outcomes.length = 0;
    await running.pass(15 * minute);
    const isOut = actions.some(({ do: what }) => what === 'outage');
    for (const { key, state } of (await store.calls.listIncidents({ limit: 100 })).items) {
      const states = chat.taken.get(key) ?? [];
      if (state === 'firing') {
        seen.told++;
        assert.equal(states.at(-1), 'firing', 'an incident was lost');
      } else {
        if (states.length === 0) seen.neverTold++;
        else assert.equal(states.at(-1), 'ended', 'an end was lost');
        if (!isOut) assert.notEqual(states[0], 'ended', 'an end was told without a beginning');
      }
    }
    const unsettled = await store.calls.listDeliveries({ limit: 100, states: ['held', 'pending'] });
    assert.deepEqual(unsettled.items, []);
    assert.deepEqual(told, []);
    assert.deepEqual(running.log.errors, []);
    await running.stop();
    seen.tries += chat.tries;
  };
  await fc.assert(fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), check), {
    numRuns: runs(50),
    seed: 20261129,
  });
  const { tries, held, told, neverTold } = seen;
  assert.ok(tries > 50 && held > 50 && told > 12 && neverTold > 0, JSON.stringify(seen));
});
