import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { evaluateChanges, evaluateQuiet } from '../../src/alerting/evaluate.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { issueOf } from '../../src/issues/identity.ts';
import type { Issue } from '../../src/issues/issue.ts';
import type { EvictionReason, MaintenanceReport, Retention } from '../../src/store/retention.ts';
import type { Store } from '../../src/store/store.ts';
import { conditionIncident, errorEvent } from '../support/builders.ts';
import type { StoreUnderTest } from './store-conformance.ts';

export const day = 86_400_000;
export const now = Date.UTC(2026, 5, 1);
const mib = 2 ** 20;
const resolve = { kind: 'resolve', inNextVersion: false } as const;

/** What was done until there was nothing more to do. */
export interface Maintained {
  events: Record<EvictionReason, number>;
  issues: Record<EvictionReason, number>;
  last: MaintenanceReport;
}

export async function maintain(store: Pick<Store, 'maintain'>, at = now): Promise<Maintained> {
  const events = { age: 0, size: 0 };
  const issues = { age: 0, size: 0 };
  for (let steps = 0; steps < 10_000; steps++) {
    const last = await store.maintain(at);
    if (last.reason !== undefined) {
      events[last.reason] += last.events;
      issues[last.reason] += last.issues;
    }
    if (!last.hasMore) return { events, issues, last };
  }
  throw new Error('there is always more to do');
}

/** Text that is not like any other, so that no two events share a stack. */
export function largeEvent(given: Partial<ErrorEvent> & { number: number; bytes?: number }): ErrorEvent {
  const { number, bytes = 20_000, ...rest } = given;
  const file = `/app/${number}.js`;
  return errorEvent({
    stack: `Error: it\n    at f (${file}:1:1)\n${'x'.repeat(bytes)}`,
    frames: [{ function: 'f', file, line: 1, column: 1, inApp: true }],
    ...rest,
  });
}

/** How every implementation of the store stays within its bounds. */
export function retentionConformance(
  name: string,
  open: (t: TestContext, retention: Retention) => Promise<StoreUnderTest>,
): void {
  const byAge: Retention = { maxAgeMillis: 30 * day, maxBytes: 100 * mib };
  const bySize: Retention = { maxAgeMillis: 0, maxBytes: 4 * mib };

  suite(`${name} store, kept within its bounds`, () => {
    test('has events until they are too old, and the last of an issue for longer', async (t) => {
      const { calls } = await open(t, byAge);
      const store = calls();
      const events = [40, 35, 31, 29, 1].map((days) => errorEvent({ time: now - days * day }));
      for (const event of events) await store.record([event], event.time);
      const lonely = errorEvent({ fingerprint: '1:lonely', time: now - 400 * day });
      await store.record([lonely], lonely.time);
      assert.deepEqual((await maintain(store)).events, { age: 3, size: 0 });
      assert.deepEqual(await ids(store), [events[4]!.id, events[3]!.id, lonely.id]);
      const { items } = await store.listIssues({ limit: 10 });
      assert.deepEqual(
        items.map(({ count }) => count),
        [5, 1],
      );
    });

    test('goes by when it heard of events, and not by what an app takes for the time', async (t) => {
      const { calls } = await open(t, byAge);
      const store = calls();
      await store.record([errorEvent({ time: 0 }), errorEvent({ time: now + 400 * day })], now);
      assert.deepEqual((await maintain(store)).events, { age: 0, size: 0 });
      assert.equal((await maintain(store, now + 31 * day)).events.age, 1);
    });

    test('keeps events whatever their age, if it is to', async (t) => {
      const { calls } = await open(t, { ...byAge, maxAgeMillis: 0 });
      const store = calls();
      await store.record([errorEvent({ time: 0 }), errorEvent({ time: 1 })], 1);
      assert.equal((await maintain(store)).events.age, 0);
      assert.equal((await ids(store)).length, 2);
    });

    test('takes a resolved issue for new when that comes back after it went', async (t) => {
      const { calls } = await open(t, byAge);
      const store = calls();
      const before = now - 100 * day;
      await store.record([errorEvent({ time: before })], before);
      await alert(store, before);
      const { id } = await onlyIssue(store);
      await store.changeIssue(id, { kind: 'acknowledge' }, 'alice', before);
      await store.changeIssue(id, resolve, 'alice', now - 31 * day);
      await alert(store, now - 31 * day);
      assert.deepEqual((await maintain(store, now - 2 * day)).issues, { age: 0, size: 0 });
      const { events, issues } = await maintain(store);
      assert.deepEqual([events.age, issues.age], [1, 1]);
      assert.equal(await store.getIssue(id), undefined);
      assert.deepEqual(await ids(store), []);
      assert.deepEqual((await store.listIncidents({ limit: 5 })).items, []);
      assert.deepEqual((await store.listDeliveries({ limit: 5 })).items, []);
      assert.deepEqual((await store.listIssueLog({ issueId: id, limit: 5 })).items, []);
      await store.record([errorEvent({ time: now })], now);
      await alert(store, now);
      assert.partialDeepStrictEqual(await onlyIssue(store), { id, state: 'new', count: 1 });
      assert.equal((await store.dueDeliveries('slack', now, 5)).length, 1);
    });

    test('takes an issue for new by its other name when that comes back after it went', async (t) => {
      const { calls } = await open(t, byAge);
      const store = calls();
      const before = now - 100 * day;
      await store.record([errorEvent({ time: before, fingerprint: '1:a' })], before);
      const named = errorEvent({ time: before, fingerprint: '2:a', formerFingerprints: ['1:a'] });
      await store.record([named], before);
      const { id } = await onlyIssue(store);
      await store.changeIssue(id, resolve, 'alice', before);
      await alert(store, before);
      assert.equal((await maintain(store)).issues.age, 1);
      await store.record([errorEvent({ time: now, fingerprint: '2:a' })], now);
      assert.partialDeepStrictEqual(await onlyIssue(store), { id: issueOf(named), state: 'new', count: 1 });
    });

    test('keeps an issue that is ignored, or not resolved, however long it was not seen', async (t) => {
      const { calls } = await open(t, byAge);
      const store = calls();
      const before = now - 1000 * day;
      await store.record([errorEvent({ time: before, fingerprint: '1:a' })], before);
      await store.changeIssue((await onlyIssue(store)).id, { kind: 'ignore' }, 'alice', before);
      await store.record([errorEvent({ time: before, fingerprint: '1:b' })], before);
      assert.deepEqual((await maintain(store)).issues, { age: 0, size: 0 });
      assert.equal((await ids(store)).length, 2);
    });

    test('deletes the least relevant where there is no room: of a storm most, of each issue not the last', async (t) => {
      const { calls, reopen } = await open(t, bySize);
      const store = calls();
      const quiet = Array.from({ length: 10 }, (_, i) =>
        largeEvent({ number: i, fingerprint: `1:quiet ${i}`, time: now - i * day }),
      );
      for (const event of quiet) await store.record([event], event.time);
      const storm = Array.from({ length: 400 }, (_, i) => largeEvent({ number: 100 + i, time: now + i }));
      for (let i = 0; i < 400; i += 50) await store.record(storm.slice(i, i + 50), now + i);
      const { events, last } = await maintain(store);
      assert.ok(events.size > 200, `${events.size} went`);
      assert.ok(last.usedBytes <= bySize.maxBytes, `${last.usedBytes}`);
      // And not much more than need be, however slow the machine is.
      assert.ok(last.usedBytes > bySize.maxBytes * 0.8, `${last.usedBytes}`);
      const left = await ids(store);
      assert.equal(left.length, 410 - events.size);
      for (const { id } of [...quiet, storm.at(-1)!]) assert.ok(left.includes(id));
      const begun = storm.findIndex(({ id }) => left.includes(id));
      assert.ok(begun < 50, `what is left of the storm begins with event ${begun}`);
      const { items } = await store.listIssues({ limit: 20, sort: 'count' });
      assert.deepEqual([items[0]?.count, items.length], [400, 11]);
      await reopen();
      assert.deepEqual(await ids(calls()), left);
    });

    test('counts an event once that comes again after there was no room for it', async (t) => {
      const { calls, reopen } = await open(t, bySize);
      const storm = Array.from({ length: 400 }, (_, i) => largeEvent({ number: i, time: now + i }));
      await calls().record(storm, now);
      await maintain(calls());
      assert.ok((await ids(calls())).length < 300);
      assert.deepEqual(await calls().record(storm, now), []);
      await reopen();
      assert.deepEqual(await calls().record(storm, now), []);
      assert.equal((await onlyIssue(calls())).count, 400);
    });

    test('counts an event once that comes again after it was too old, if it still may', async (t) => {
      const { calls } = await open(t, { ...byAge, maxAgeMillis: 60_000 });
      const store = calls();
      const events = [1, 2, 3].map((later) => errorEvent({ time: now + later }));
      await store.record(events, now);
      assert.equal((await maintain(store, now + 120_000)).events.age, 2);
      assert.deepEqual(await store.record(events, now + 120_000), []);
      await store.changeIssue((await onlyIssue(store)).id, resolve, 'alice', now);
      assert.equal((await maintain(store, now + 120_000)).issues.age, 0, 'alerting is to hear of it first');
      assert.equal((await maintain(store, now + 2 * 3_600_000)).issues.age, 1);
    });

    test('deletes resolved issues where nothing else may go, but not at once', async (t) => {
      const { calls } = await open(t, bySize);
      const store = calls();
      const events = Array.from({ length: 200 }, (_, i) =>
        largeEvent({ number: i, fingerprint: `1:${i}`, time: now - 1000 + i }),
      );
      for (const event of events) await store.record([event], event.time);
      assert.equal((await maintain(store)).last.excess, 'nothing_to_evict');
      for (const { id } of (await store.listIssues({ limit: 130 })).items)
        await store.changeIssue(id, resolve, 'alice', now);
      assert.equal((await maintain(store, now + 60_000)).last.excess, 'nothing_to_evict');
      const { issues, last } = await maintain(store, now + 2 * 3_600_000);
      assert.ok(issues.size > 30 && issues.size < 130, `${issues.size}`);
      assert.equal(last.excess, undefined);
      assert.equal((await store.listIssues({ limit: 1000, states: ['new'] })).items.length, 70);
    });

    test('above its size takes what comes, says so, and loses no last event', async (t) => {
      const { calls } = await open(t, bySize);
      const store = calls();
      for (let i = 0; i < 200; i++) {
        const event = largeEvent({ number: i, fingerprint: `1:${i}`, time: now });
        assert.deepEqual(await store.record([event], now), [event.id]);
        if (i % 100 === 0) await maintain(store);
      }
      const { events, last } = await maintain(store);
      assert.equal(events.size, 0);
      assert.deepEqual([last.excess, last.hasMore], ['nothing_to_evict', false]);
      assert.ok(last.bytes > bySize.maxBytes);
      assert.equal((await ids(store)).length, 200);
    });

    test('takes any number of different failures, and no more room than half as much again as it may', async (t) => {
      const { calls, reopen } = await open(t, bySize);
      const fill = async (from: number, to: number, at: number): Promise<MaintenanceReport> => {
        let last: MaintenanceReport | undefined;
        for (let i = from; i < to; i += 50) {
          const events = Array.from({ length: 50 }, (_, k) =>
            largeEvent({ number: i + k, fingerprint: `1:${i + k}`, time: at }),
          );
          assert.equal((await calls().record(events, at)).length, 50);
          // Of a storm of one of them: counted, wherever it is.
          const counted = errorEvent({ fingerprint: `1:${i + 49}`, time: at });
          const { id, otherId, time, version, traceId } = counted;
          const more = { id, otherId, time, version, traceId, issueId: issueOf(counted) };
          assert.equal((await calls().record([], at, [more])).length, 1);
          ({ last } = await maintain(calls(), at));
        }
        return last!;
      };
      const before = await fill(0, 500, now);
      const report = await fill(500, 1500, now);
      // With what came before it was seen that there is no room.
      assert.ok(report.usedBytes < bySize.maxBytes * 1.5 + 80 * 20_000, `${report.usedBytes}`);
      assert.ok(report.bytes - before.bytes < 2 ** 18, `${before.bytes}, ${report.bytes}`);
      assert.equal(report.excess, 'nothing_to_evict');
      const counts = async (): Promise<{ own: number; others: number }> => {
        const { items } = await calls().listIssues({ limit: 1000 });
        const others = items.filter(({ type }) => type === 'TooManyIssues');
        assert.ok(others.length <= 1);
        const all = items.reduce((sum, { count }) => sum + count, 0);
        return { own: all - (others[0]?.count ?? 0), others: others[0]?.count ?? 0 };
      };
      const { own, others } = await counts();
      assert.ok(own > 200 && others > 900, `${own}, ${others}`);
      assert.equal(own + others, 1530);
      // Each issue has its last event, the one of all others too.
      for (const { id } of (await calls().listIssues({ limit: 1000 })).items)
        assert.ok((await calls().listEvents({ issueId: id, limit: 1 })).items.length === 1);
      // An issue that is there goes on, and whoever resolves issues makes room.
      const known = errorEvent({ fingerprint: '1:0', time: now });
      await calls().record([known], now);
      assert.equal((await calls().getIssue(issueOf(known)))?.count, 2);
      // Who makes services up makes few issues of them.
      for (let i = 0; i < 150; i += 50)
        await calls().record(
          Array.from({ length: 50 }, (_, k) => errorEvent({ service: `made-up-${i + k}`, time: now })),
          now,
        );
      const madeUp = (await calls().listIssues({ limit: 1000 })).items.filter(
        ({ type }) => type === 'TooManyIssues',
      );
      assert.equal(madeUp.length, 101);
      // For an issue or two there may be room, by a page.
      const made = madeUp.find(({ service }) => service === '(other)')?.count ?? 0;
      assert.ok(made > 48 && made <= 51, String(made));
      await reopen();
      for (const { id } of (await calls().listIssues({ limit: 1000 })).items)
        await calls().changeIssue(id, resolve, 'alice', now);
      const later = now + 2 * 3_600_000;
      assert.equal((await maintain(calls(), later)).last.excess, undefined);
      const next = errorEvent({ fingerprint: '1:1400', time: later });
      await calls().record([next], later);
      assert.partialDeepStrictEqual(await calls().getIssue(issueOf(next)), { state: 'new', count: 1 });
    });

    test('deletes an alert that is about no issue when it is over for so long, with what was told of it', async (t) => {
      const { calls } = await open(t, byAge);
      const store = calls();
      const at = now - 31 * day;
      const incidents = [
        { key: 'old', state: 'ended', lastHeardAt: at } as const,
        { key: 'fires', state: 'firing', lastHeardAt: at } as const,
        { key: 'late', state: 'ended', lastHeardAt: now - 29 * day } as const,
      ].map((given) => ({ ...conditionIncident(), ...given }));
      const firing = incidents.map((incident) => ({ ...incident, state: 'firing' as const }));
      const timeline = Object.fromEntries(
        incidents.map(({ key }) => [key, [{ at, kind: 'ended' as const }]]),
      );
      await store.commitStep({ cursor: 0, at, incidents: firing, receivers: ['slack'], timeline });
      await store.commitStep({ cursor: 0, at, incidents, receivers: ['slack'] });
      await maintain(store);
      const { items } = await store.listIncidents({ limit: 5 });
      assert.deepEqual(items.map(({ key }) => key).toSorted(), ['fires', 'late']);
      const told = (await store.listDeliveries({ limit: 5 })).items.map(({ incident }) => incident.key);
      assert.ok(!told.includes('old') && told.includes('fires'), told.join());
      // Should it come back by that name, it has no past.
      await store.commitStep({ cursor: 0, at, incidents: [firing[0]!], receivers: [] });
      assert.deepEqual(await store.readTimeline('old'), []);
    });

    test('forgets hours that nothing is measured by any more', async (t) => {
      const { calls } = await open(t, { maxAgeMillis: 3_600_000, maxBytes: 100 * mib });
      const store = calls();
      const hours = Array.from({ length: 300 }, (_, i) => errorEvent({ time: now - i * 3_600_000 }));
      await store.record(hours, now);
      const { id } = await onlyIssue(store);
      const trend = async (until: number) => (await store.trends([id], until))[id];
      const ones = Array.from({ length: 24 }, () => 1);
      assert.deepEqual([await trend(now), await trend(now - 30 * 3_600_000)], [ones, ones]);
      await maintain(store);
      assert.deepEqual(await trend(now), ones);
      assert.deepEqual(
        (await trend(now - 200 * 3_600_000))?.reduce((sum, count) => sum + count),
        0,
      );
    });

    test('with nothing to do has done it in one step', async (t) => {
      const { calls } = await open(t, byAge);
      assert.partialDeepStrictEqual(await calls().maintain(now), {
        events: 0,
        issues: 0,
        reason: undefined,
        excess: undefined,
        hasMore: false,
        storingShare: 0,
        pressure: 0,
        maxBytes: byAge.maxBytes,
      });
      await calls().record([errorEvent()], now);
      assert.ok((await calls().maintain(now)).storingShare > 0);
      assert.equal((await calls().maintain(now)).storingShare, 0);
    });
  });
}

async function ids(store: Store): Promise<string[]> {
  const events: ErrorEvent[] = [];
  let cursor: { cursor?: string } | undefined = {};
  while (cursor !== undefined) {
    const page: Awaited<ReturnType<Store['listEvents']>> = await store.listEvents({ limit: 1000, ...cursor });
    events.push(...page.items);
    cursor = page.nextCursor === undefined ? undefined : { cursor: page.nextCursor };
  }
  return events.map(({ id }) => id);
}

async function onlyIssue(store: Store): Promise<Issue> {
  const { items } = await store.listIssues({ limit: 2 });
  assert.equal(items.length, 1);
  return items[0]!;
}

/** Runs alerting over what is pending and quiet, as the running program does. */
async function alert(store: Store, at: number): Promise<void> {
  const pending = await store.pendingChanges(1000);
  const receivers = ['slack'];
  const incidents = evaluateChanges(pending, at, issueRuleDefaults);
  await store.commitStep({ cursor: pending.at(-1)?.change.seq ?? 0, at, incidents, receivers });
  const quiet = await store.quietIncidents(at - issueRuleDefaults.quietMillis, at, 10);
  await store.commitStep({
    cursor: 0,
    at,
    incidents: evaluateQuiet(quiet, at, issueRuleDefaults),
    receivers,
  });
}
