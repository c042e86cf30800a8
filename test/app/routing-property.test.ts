import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noRouting, Routing, type RoutingOptions } from '../../src/alerting/routing/routing.ts';
import { parseMatchers } from '../../src/match/parse-list.ts';
import type { Message } from '../../src/notify/message.ts';
import type { Outcome, Reference } from '../../src/notify/receiver.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { runs } from '../support/runs.ts';
import { nightRoutes, startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const routings: readonly RoutingOptions[] = [
  noRouting,
  nightRoutes,
  {
    ...nightRoutes,
    inhibit_rules: [
      {
        source: parseMatchers('severity=critical'),
        target: parseMatchers('severity=high'),
        equal: ['service'],
      },
    ],
  },
  { ...noRouting, route: routeSpec({ receiver: 'pager' }) },
];

const failure = fc.record({
  service: fc.constantFrom('shop', 'batch'),
  fingerprint: fc.constantFrom('1:a', '1:b', '1:c'),
  severity: fc.constantFrom('high' as const, 'critical' as const),
});
type Failure = typeof failure extends fc.Arbitrary<infer T> ? T : never;
type Action =
  | { do: 'fail'; failure: Failure }
  | { do: 'resolve'; service: string }
  | { do: 'pass'; minutes: number }
  | { do: 'route'; routing: RoutingOptions }
  | { do: 'outage'; receiver: number; tries: number };
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fail' as const), failure }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('resolve' as const), service: fc.constantFrom('shop', 'batch') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 25 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('route' as const), routing: fc.constantFrom(...routings) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('outage' as const), receiver: fc.nat(1), tries: fc.nat(5) }),
  },
);

/** Knows of what it was given to show only what it took. */
class Chat extends RecordingReceiver {
  /** By the incident, as messages name it. */
  readonly taken = new Map<string, { states: Message['state'][]; posts: number }>();

  override async notify(message: Message, reference: Reference | undefined): Promise<Outcome> {
    const outcome = await super.notify(message, reference);
    if (outcome.kind !== 'delivered') return outcome;
    const { states, posts } = this.taken.get(message.footer) ?? { states: [], posts: 0 };
    const isPost = reference === undefined;
    this.taken.set(message.footer, { states: [...states, message.state], posts: posts + Number(isPost) });
    return outcome;
  }
}

test('whatever happens, everybody is told once of what is theirs, and of its end', async () => {
  const seen = { waited: 0, ended: 0, neverTold: 0 };
  const check = async (actions: readonly Action[]): Promise<void> => {
    const receivers = ['slack', 'pager'].map((name) => new Chat(name));
    const { clock, store, loop, record, resolveAll, pass, stop } = await startAlerting(nightRoutes, {
      receivers,
    });
    const act = async (each: Action): Promise<unknown> => {
      switch (each.do) {
        case 'fail':
          return record(each.failure);
        case 'resolve':
          return resolveAll(each.service);
        case 'pass':
          return pass(each.minutes * minute);
        case 'route':
          return loop.route(each.routing);
        case 'outage':
          for (let i = 0; i < each.tries; i++)
            receivers[each.receiver]!.outcomes.push({ kind: 'failed', reason: 'down' });
          return undefined;
      }
    };
    for (const each of actions) {
      await act(each);
      seen.waited += (await store.calls.listDeliveries({ limit: 100, states: ['held'] })).items.length;
    }
    // In the end all is well, and it is day.
    for (const { outcomes } of receivers) outcomes.length = 0;
    loop.route(nightRoutes);
    await clock.advanceTo(Math.max(clock.now(), Date.parse('2026-12-01T00:01Z')));
    await pass(20 * minute);

    const routing = new Routing(nightRoutes);
    const names = receivers.map(({ name }) => name);
    for (const incident of (await store.calls.listIncidents({ limit: 100 })).items) {
      const { receivers: routed } = routing.audience(incident.labels, names, new Set());
      for (const { name, taken } of receivers) {
        const { states, posts } = taken.get(`${incident.labels['issue']} · NewIssue`) ?? {
          states: [],
          posts: 0,
        };
        assert.ok(posts <= 1, `${posts} messages in ${name}`);
        if (incident.state === 'ended') {
          seen.ended++;
          if (states.length === 0 && routed.includes(name)) seen.neverTold++;
          assert.notEqual(states.at(-1), 'firing', `${name} was not told of an end`);
        } else if (routed.includes(name)) assert.equal(states.at(-1), 'firing', `${name} was not told`);
        const isOut = actions.some(({ do: what }) => what === 'outage');
        if (!isOut) assert.notEqual(states[0], 'ended', `${name} was told of an end without a beginning`);
      }
    }
    const unsettled = await store.calls.listDeliveries({ limit: 100, states: ['held', 'pending'] });
    assert.deepEqual(unsettled.items, []);
    await stop();
  };
  await fc.assert(fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 15 }), check), {
    numRuns: runs(30),
    seed: 20261129,
  });
  assert.ok(seen.waited > 5 && seen.ended > 20 && seen.neverTold > 1, JSON.stringify(seen));
});
