import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noRouting, type RoutingOptions } from '../../src/alerting/routing/routing.ts';
import type { Message } from '../../src/notify/message.ts';
import type { Outcome, Reference } from '../../src/notify/receiver.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { matchersOf } from '../alerting/silences/support.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { runs } from '../support/runs.ts';
import { startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const service = fc.constantFrom('shop', 'till', 'report');
const severity = fc.constantFrom('high' as const, 'high' as const, 'critical' as const);
const late = fc.constantFrom<Outcome>(
  { kind: 'failed', reason: 'timeout' },
  { kind: 'throttled', retryAfterMillis: 20_000 },
);
const never = fc.constantFrom<Outcome>(
  { kind: 'rejected', reason: 'msg_too_long' },
  { kind: 'rejected', reason: 'msg_too_long' },
  { kind: 'refused', reason: 'invalid_auth', remedy: 'mend it' },
);
/** The fallback takes everything in the end. */
const answer = fc.oneof(
  fc.record({ by: fc.constant(0 as const), outcome: fc.oneof(late, never, never) }),
  fc.record({ by: fc.constant(1 as const), outcome: late }),
);
const minutes = fc.integer({ min: 1, max: 8 });
type Of<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
const silencing = fc.oneof(
  fc.record({ do: fc.constant('silence' as const), service, minutes }),
  fc.record({ do: fc.constant('expire' as const), which: fc.nat(5) }),
);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('fail' as const), service, severity }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resolve' as const), service }) },
  { weight: 4, arbitrary: silencing },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('dry run' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answer' as const), answer }) },
  // While a message is on its way.
  { weight: 4, arbitrary: fc.record({ do: fc.constant('meanwhile' as const), silencing }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.nat(120) }) },
);
type Action = Of<typeof action>;

/** @param isGrouped whether all is told in one message as far as it can be, after a while */
const routingOf = (isGrouped: boolean): RoutingOptions => ({
  ...noRouting,
  route: routeSpec({
    receiver: 'slack',
    ...(isGrouped && { group_by: ['alertname'], group_wait: 5_000, group_interval: 40_000 }),
    routes: [{ receiver: 'slack', matchers: ['service="report"'], mute_time_intervals: ['pause'] }],
  }),
  time_intervals: [
    {
      name: 'pause',
      time_intervals: [{ times: [{ first: 21 * 60 + 52, last: 21 * 60 + 55 }], location: 'UTC' }],
    },
  ],
});

/** Knows what people read in it: the key of each incident that fires, in a message of its own or a digest, or that of another. */
class Chat extends RecordingReceiver {
  readonly read: string[] = [];
  /** What is said in the message of another one. */
  readonly beside: { service: string; at: number }[] = [];
  now = (): number => 0;
  isDryRun = false;
  toldInDryRun = 0;

  override async notify(message: Message, reference: Reference | undefined): Promise<Outcome> {
    if (this.isDryRun) this.toldInDryRun++;
    const outcome = await super.notify(message, reference);
    const { incident, digest } = message;
    const told = [...(incident?.state === 'firing' ? [incident] : []), ...(digest?.worst ?? [])];
    if (outcome.kind !== 'delivered') return outcome;
    this.read.push(...told.map(({ key, startsAt }) => `${key} ${startsAt}`));
    for (const { text, standsAlone } of message.news)
      if (standsAlone === true) this.beside.push({ service: /\] (\w+)/.exec(text)![1]!, at: this.now() });
    return outcome;
  }
}

test('somebody is told of all that fires, whatever held it back, and of nothing in a dry run', async () => {
  const seen = { firing: 0, byFallback: 0, inGroup: 0 };
  const check = async (actions: readonly Action[], isGrouped: boolean): Promise<void> => {
    const routing = routingOf(isGrouped);
    const store = new InlineStore();
    await store.start();
    const chats = ['slack', 'mail'].map((name) => new Chat(name)) as [Chat, Chat];
    const given = {
      store,
      receivers: chats,
      fallbacks: { slack: 'mail' },
      budget: isGrouped ? { perHour: 200, burst: 6 } : { perHour: 30, burst: 2 },
    };
    let running = await startAlerting(routing, given);
    for (const chat of chats) chat.now = () => running.clock.now();
    const silence = async (each: Of<typeof silencing>): Promise<void> => {
      const { silences, clock } = running;
      if (each.do === 'expire') {
        const chosen = (await silences.list())[each.which];
        if (chosen !== undefined) await silences.expire(chosen.id);
        return;
      }
      const [startsAt, reason] = [clock.now(), { createdBy: 'alice', comment: 'known' }];
      const endsAt = startsAt + each.minutes * minute;
      await silences.set({ matchers: matchersOf(`service=${each.service}`), startsAt, endsAt, ...reason });
    };
    const setDryRun = async (isOn: boolean): Promise<void> => {
      if (!isOn) for (const chat of chats) chat.isDryRun = false;
      await running.setDryRun(isOn);
      for (const chat of chats) chat.isDryRun = isOn;
    };
    const [slack, mail] = chats;
    const act = async (each: Action): Promise<unknown> => {
      switch (each.do) {
        case 'fail':
          return running.record({ ...each, fingerprint: `1:${each.service}` });
        case 'resolve':
          return running.resolveAll(each.service);
        case 'silence':
        case 'expire':
          return silence(each);
        case 'dry run':
          return setDryRun(!slack.isDryRun);
        case 'answer':
          return chats[each.answer.by].outcomes.push(each.answer.outcome);
        case 'meanwhile':
          slack.meanwhile = async () => {
            await silence(each.silencing);
            // Until alerting has looked at it.
            for (let turn = 0; turn < 100; turn++) await Promise.resolve();
          };
          return undefined;
        case 'restart':
          await running.stop();
          running = await startAlerting(routing, {
            ...given,
            at: running.clock.now() + 1000,
            dryRun: slack.isDryRun,
          });
          return undefined;
        case 'pass':
          return running.pass(each.seconds * 1000);
      }
    };
    for (const each of actions) {
      await act(each);
      await running.pass(1);
    }
    for (const { id } of await running.silences.list()) await running.silences.expire(id);
    for (const chat of chats) chat.outcomes.length = 0;
    await setDryRun(false);
    await running.pass(15 * minute);
    for (const incident of (await store.calls.listIncidents({ limit: 100, states: ['firing'] })).items) {
      const { key, startsAt, labels } = incident;
      const isBeside = ({ beside }: Chat): boolean =>
        beside.some(({ service: of, at }) => of === labels['service'] && at >= startsAt);
      const isRead = (chat: Chat): boolean => chat.read.includes(`${key} ${startsAt}`) || isBeside(chat);
      seen.firing++;
      if (isBeside(slack)) seen.inGroup++;
      if (!isRead(slack) && isRead(mail)) seen.byFallback++;
      assert.ok(chats.some(isRead), `nobody was told of ${labels['service']}`);
    }
    const unsettled = await store.calls.listDeliveries({ limit: 100, states: ['held', 'pending'] });
    assert.deepEqual(unsettled.items, []);
    assert.deepEqual([slack.toldInDryRun, mail.toldInDryRun], [0, 0]);
    await running.stop();
    await store.stop();
  };
  const lives = fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 40 }), fc.boolean(), check);
  await fc.assert(lives, {
    numRuns: runs(40),
    seed: 20261130,
  });
  assert.ok(seen.firing > 25 && seen.byFallback > 0 && seen.inGroup > 0, JSON.stringify(seen));
});
