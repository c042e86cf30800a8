import assert from 'node:assert/strict';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import type { Incident } from '../../src/alerting/incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import type { Grouping } from '../../src/alerting/routing/grouping.ts';
import { type Delivery, settle } from '../../src/notify/delivery.ts';
import type { Store } from '../../src/store/store.ts';
import { errorEvent } from '../support/builders.ts';
import { eachOnItsOwn } from './each-on-its-own.ts';
import type { StoreUnderTest } from './store-conformance.ts';

const now = Date.UTC(2026, 0, 2);
const minute = 60_000;
const grouping: Grouping = { group: 'g', intervalMillis: 5 * minute };
const taken = { kind: 'delivered', reference: { ts: '1' } } as const;

/** How every implementation of the store keeps what is told together; each test has a store of its own. */
export function groupConformance(name: string, open: () => Promise<StoreUnderTest>): void {
  let opened: StoreUnderTest;
  const store = (): Store => opened.calls();
  /** Lets failures of these types be alerts of one group. */
  const fail = async (types: readonly string[], at = now, given: Grouping = grouping): Promise<void> => {
    const events = types.map((type) => errorEvent({ type, fingerprint: `1:${type}` }));
    await store().record(events, at);
    const pending = await store().pendingChanges(1000);
    const incidents = evaluateChanges(pending, at, issueRuleDefaults);
    const groupings = Object.fromEntries(incidents.map(({ key }) => [key, { slack: given }]));
    const cursor = pending.at(-1)?.change.seq ?? 0;
    await store().commitStep({ cursor, at, incidents, receivers: ['slack'], groupings });
  };
  const due = (at: number): Promise<readonly Delivery[]> => store().dueDeliveries('slack', at, 10);
  const types = (incidents: readonly Incident[]): string[] =>
    incidents.map(({ issue }) => issue?.type ?? '').toSorted();
  const dueTypes = async (at: number): Promise<string[]> =>
    types((await due(at)).map(({ incident }) => incident));
  const post = async (at: number): Promise<Delivery> => {
    const [first] = await due(at);
    await store().settleDelivery({ ...settle(first!, taken, at, 0), loudAt: at });
    return first!;
  };
  const fresh = eachOnItsOwn(name, open, (store) => {
    opened = store;
  });

  fresh('knows of no message to tell of a group in before there is one', async () => {
    await fail(['One', 'Two']);
    assert.equal(await store().claimGroup('slack', 'g', now, 10), undefined);
    const { incident } = await post(now);
    assert.equal((await store().claimGroup('slack', 'g', now, 10))?.head.incident.key, incident.key);
    assert.equal(await store().claimGroup('slack', 'another', now, 10), undefined);
    assert.equal(await store().claimGroup('mail', 'g', now, 10), undefined);
  });

  fresh('puts off what is to be told soon after something else was, over a restart', async () => {
    await fail(['One']);
    await post(now);
    await fail(['Two', 'Three'], now + minute);
    assert.deepEqual((await store().claimGroup('slack', 'g', now + minute, 10))?.members, []);
    await opened.reopen();
    assert.deepEqual(await dueTypes(now + 5 * minute - 1), []);
    assert.equal(await store().nextDueAt('slack'), now + 5 * minute);
    assert.deepEqual(await dueTypes(now + 5 * minute), ['Three', 'Two']);
  });

  fresh('notes of each in whose message it was told, and lets it be told by itself again', async () => {
    await fail(['One']);
    await post(now);
    await fail(['Two', 'Three'], now + minute);
    const later = now + 6 * minute;
    const { head, members } = (await store().claimGroup('slack', 'g', later, 10))!;
    assert.deepEqual(types(members), ['Three', 'Two']);
    const note = { at: later, kind: 'grouped', reason: 'x', members } as const;
    await store().settleGroup({ ...settle(head, taken, later, 0), loudAt: later }, note);
    assert.deepEqual(await dueTypes(later), []);
    await opened.reopen();
    const together = await store().toldTogether('slack', head.incident.key, 1);
    assert.deepEqual([together.count, together.worst.length], [2, 1]);
    const { items } = await store().listDeliveries({ limit: 10 });
    const told = items.filter(({ toldIn }) => toldIn === head.incident.key);
    assert.deepEqual(
      told.map(({ state, inDigest }) => [state, inDigest]),
      [
        ['shown', false],
        ['shown', false],
      ],
    );
    const kinds = (await store().readTimeline(members[0]!.key))!.map(({ kind }) => kind);
    assert.ok(kinds.includes('grouped'), kinds.join());
    await store().retryDelivery('slack', members[0]!.key, 'alice', later);
    assert.equal((await due(later)).length, 1);
  });

  fresh('tells anew of what fires when that is over in whose message it was told', async () => {
    await fail(['One']);
    await post(now);
    await fail(['Two'], now + minute);
    const later = now + 6 * minute;
    const { head, members } = (await store().claimGroup('slack', 'g', later, 10))!;
    await store().settleGroup(settle(head, taken, later, 0), { at: later, kind: 'grouped', members });
    const over = {
      ...head.incident,
      state: 'ended',
      endsAt: later,
      revision: 9,
      stateRevision: 9,
    } as Incident;
    const step = { cursor: 0, at: later, incidents: [over], receivers: ['slack'] };
    await store().commitStep({ ...step, groupings: { [over.key]: { slack: grouping } } });
    assert.deepEqual(await dueTypes(later), ['One']);
    const [end] = await due(later);
    await store().settleDelivery(settle(end!, taken, later, 0));
    assert.deepEqual(await dueTypes(later), ['Two']);
  });

  fresh('forgets with a rehearsal in whose message things would have been told', async () => {
    await store().setDryRun('slack', true, now);
    await fail(['One']);
    await post(now);
    await fail(['Two'], now + minute);
    const later = now + 6 * minute;
    const { head, members } = (await store().claimGroup('slack', 'g', later, 10))!;
    await store().settleGroup(settle(head, taken, later, 0), { at: later, kind: 'would group', members });
    assert.equal(await store().setDryRun('slack', false, later), true);
    assert.deepEqual(await store().listDeliveries({ limit: 10 }), { items: [], nextCursor: undefined });
  });

  fresh('gives again, and again, what is to be repeated as long as it is shown', async () => {
    await fail(['One'], now, { repeatMillis: 60 * minute });
    const first = await post(now);
    assert.equal(await store().nextDueAt('slack'), now + 60 * minute);
    assert.deepEqual(await due(now + 60 * minute - 1), []);
    const [repeat] = await due(now + 60 * minute);
    assert.equal(repeat!.repeatOf, now);
    assert.equal(await store().claimDelivery('slack', first.incident.key, now + 60 * minute), true);
    const settlement = settle(repeat!, taken, now + 60 * minute, 0);
    await store().settleDelivery({ ...settlement, loudAt: now + 60 * minute });
    assert.deepEqual(await due(now + 61 * minute), []);
    assert.equal((await due(now + 120 * minute)).length, 1);
    assert.deepEqual(await due(now + 60 * minute - 1), [], 'the clock was set back by a moment');
    assert.equal((await due(now - 1)).length, 1, 'the clock was set back by more than is waited');
  });
}
