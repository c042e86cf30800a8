import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import { newIssueDefaults } from '../../src/alerting/new-issue.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { settle } from '../../src/notify/delivery.ts';
import type { Store } from '../../src/store/store.ts';
import { errorEvent } from '../support/builders.ts';

export interface StoreUnderTest {
  calls: () => Store;
  /** As after a restart. */
  reopen: () => Promise<void>;
  stop: () => Promise<void>;
}

const now = Date.UTC(2026, 0, 2);

/** What every implementation of the store does; each test has a store of its own. */
export function storeConformance(name: string, open: () => Promise<StoreUnderTest>): void {
  let opened: StoreUnderTest;
  const store = (): Store => opened.calls();

  /** Runs alerting over what is pending, as the running program does. */
  const alert = async (receivers: readonly string[] = ['slack'], at = now): Promise<void> => {
    const pending = await store().pendingChanges(1000);
    const incidents = evaluateChanges(pending, at, newIssueDefaults);
    await store().commitStep({ cursor: pending.at(-1)?.change.seq ?? 0, at, incidents, receivers });
  };

  const fresh = (title: string, check: () => Promise<void>): void => {
    suite(`${name} store`, () => {
      before(async () => {
        opened = await open();
      });
      after(() => opened.stop());
      test(title, check);
    });
  };

  fresh('counts events in one issue for one fingerprint, service and environment', async () => {
    await store().record([errorEvent(), errorEvent(), errorEvent({ service: 'other' })], now);
    await store().record([errorEvent()], now);
    const { items } = await store().listIssues({ limit: 10 });
    assert.deepEqual(Object.fromEntries(items.map(({ service, count }) => [service, count])), {
      checkout: 3,
      other: 1,
    });
  });

  fresh('counts an event that is sent again once', async () => {
    const event = errorEvent();
    assert.deepEqual(await store().record([event, event], now), [event.id]);
    assert.deepEqual(await store().record([event], now), []);
    assert.equal((await store().listIssues({ limit: 10 })).items[0]?.count, 1);
    assert.equal((await store().pendingChanges(10)).length, 1);
  });

  fresh('counts the incidents that go on, by alert', async () => {
    assert.deepEqual(await store().countFiring(), []);
    await store().record(
      [errorEvent(), errorEvent({ service: 'other' }), errorEvent({ service: 'third' })],
      now,
    );
    await alert();
    assert.deepEqual(
      [...(await store().countFiring())].map((row) => ({ ...row })),
      [{ alertname: 'NewIssue', incidents: 3 }],
    );
    const { items } = await store().listIssues({ limit: 10 });
    await store().resolveIssue(items[0]!.id, 'tester', now);
    await alert();
    assert.deepEqual((await store().countFiring())[0]?.incidents, 2);
  });

  fresh('makes no issue of an event whose id is known under another', async () => {
    const event = errorEvent();
    await store().record([event], now);
    assert.deepEqual(await store().record([{ ...event, service: 'other' }], now), []);
    assert.deepEqual(
      (await store().listIssues({ limit: 10 })).items.map(({ service }) => service),
      [event.service],
    );
  });

  fresh('finds an issue by its id and its short id, and no other', async () => {
    await store().record([errorEvent()], now);
    const [listed] = (await store().listIssues({ limit: 1 })).items;
    assert.deepEqual(await store().getIssue(listed!.id), listed);
    assert.deepEqual(await store().getIssue(listed!.shortId.toLowerCase()), listed);
    assert.equal(await store().getIssue('nothing'), undefined);
  });

  fresh('has after a restart what it had before', async () => {
    await store().record([errorEvent()], now);
    await alert();
    const before = await store().listIssues({ limit: 10 });
    await opened.reopen();
    assert.deepEqual(await store().listIssues({ limit: 10 }), before);
    assert.equal((await store().dueDeliveries('slack', now, 10)).length, 1);
  });

  fresh('lists the last seen first, page by page, each issue once', async () => {
    const events: ErrorEvent[] = [];
    for (let i = 0; i < 25; i++)
      events.push(errorEvent({ fingerprint: `1:${i}`, time: now + (i % 7) * 1000 }));
    await store().record(events, now);
    const seen: string[] = [];
    let last = Infinity;
    let cursor: string | undefined;
    do {
      const page = await store().listIssues({ limit: 4, ...(cursor === undefined ? {} : { cursor }) });
      for (const issue of page.items) {
        assert.ok(issue.lastSeen <= last);
        last = issue.lastSeen;
        seen.push(issue.id);
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    assert.equal(new Set(seen).size, 25);
    assert.equal(seen.length, 25);
  });

  fresh('has no next page after a page that is just full', async () => {
    await store().record([errorEvent({ fingerprint: '1:a' }), errorEvent({ fingerprint: '1:b' })], now);
    assert.equal((await store().listIssues({ limit: 2 })).nextCursor, undefined);
  });

  fresh('filters by state, severity and service', async () => {
    await store().record(
      [
        errorEvent({ fingerprint: '1:a', severity: 'low' }),
        errorEvent({ fingerprint: '1:b', severity: 'critical' }),
        errorEvent({ fingerprint: '1:c', service: 'other' }),
      ],
      now,
    );
    const [first] = (await store().listIssues({ limit: 1, severities: ['low'] })).items;
    await store().resolveIssue(first!.id, 'alice', now);
    const count = async (query: object): Promise<number> =>
      (await store().listIssues({ limit: 10, ...query })).items.length;
    assert.equal(await count({ severities: ['low', 'critical'] }), 2);
    assert.equal(await count({ states: ['resolved'] }), 1);
    assert.equal(await count({ states: ['new'], service: 'other' }), 1);
    assert.equal(await count({ service: "x' OR '1'='1" }), 0);
  });

  fresh('refuses a cursor that it did not give', async () => {
    for (const cursor of ['x', Buffer.from('1 2').toString('base64url'), '']) {
      await assert.rejects(store().listIssues({ limit: 1, cursor }), { name: 'InvalidCursor' });
    }
  });

  fresh('resolves an issue once, and says who did', async () => {
    await store().record([errorEvent({ time: now - 1000 })], now);
    const [issue] = (await store().listIssues({ limit: 1 })).items;
    const resolved = await store().resolveIssue(issue!.id, 'alice', now);
    assert.deepEqual([resolved?.state, resolved?.resolvedBy], ['resolved', 'alice']);
    const again = await store().resolveIssue(issue!.id, 'bob', now + 1);
    assert.equal(again?.resolvedBy, 'alice');
    assert.equal(await store().resolveIssue('nothing', 'alice', now), undefined);
    assert.deepEqual(
      (await store().pendingChanges(10)).map(({ change }) => change.kind),
      ['created', 'resolved'],
    );
  });

  fresh('counts issues by state and severity', async () => {
    await store().record([errorEvent({ fingerprint: '1:a' }), errorEvent({ fingerprint: '1:b' })], now);
    assert.deepEqual(await store().countIssues(), [{ state: 'new', severity: 'high', issues: 2 }]);
  });

  fresh('gives one change an issue and batch, the strongest, in order', async () => {
    await store().record([errorEvent({ fingerprint: '1:a' }), errorEvent({ fingerprint: '1:a' })], now);
    await store().record([errorEvent({ fingerprint: '1:a' }), errorEvent({ fingerprint: '1:b' })], now);
    const kinds = (await store().pendingChanges(10)).map(({ change }) => change.kind);
    assert.deepEqual(kinds, ['created', 'occurred', 'created']);
  });

  fresh('gives a change until a step has looked at it, and then never again', async () => {
    await store().record([errorEvent()], now);
    assert.equal((await store().pendingChanges(10)).length, 1);
    assert.equal((await store().pendingChanges(10)).length, 1);
    await alert();
    assert.equal((await store().pendingChanges(10)).length, 0);
    await store().record([errorEvent()], now);
    const [pending] = await store().pendingChanges(10);
    assert.equal(pending?.incident?.state, 'firing');
  });

  fresh('has an incident shown by each of its receivers until each shows it', async () => {
    await store().record([errorEvent()], now);
    await alert(['slack', 'mail']);
    const [delivery] = await store().dueDeliveries('slack', now, 10);
    assert.deepEqual([delivery?.shownRevision, delivery?.incident.revision], [0, 1]);
    await store().claimDelivery('slack', delivery!.incident.key, now);
    await store().settleDelivery(settle(delivery!, { kind: 'delivered', reference: { ts: '1.2' } }, now, 0));
    assert.deepEqual(await store().dueDeliveries('slack', now + 1e9, 10), []);
    assert.equal((await store().dueDeliveries('mail', now, 10)).length, 1);
    assert.deepEqual(await store().countPending(), [{ receiver: 'mail', pending: 1, oldestSince: now }]);
  });

  fresh('holds an edit back until edits are due, but not a change of state', async () => {
    await store().record([errorEvent({ time: now - 1000 })], now);
    await alert();
    const [posted] = await store().dueDeliveries('slack', now, 10);
    await store().settleDelivery(settle(posted!, { kind: 'delivered', reference: { ts: '1' } }, now, 0));
    await store().record([errorEvent({ time: now - 500 })], now);
    await alert();
    assert.deepEqual(await store().dueDeliveries('slack', now + 4_999, 10), []);
    assert.equal(await store().nextDueAt('slack'), now + 5_000);
    const [edit] = await store().dueDeliveries('slack', now + 5_000, 10);
    assert.deepEqual([edit?.reference, edit?.shownRevision, edit?.incident.issue.count], [{ ts: '1' }, 1, 2]);
    await store().resolveIssue(edit!.incident.issue.id, 'alice', now);
    await alert();
    assert.equal((await store().dueDeliveries('slack', now, 10))[0]?.incident.state, 'ended');
  });

  fresh('holds a delivery that failed back until it may be tried again', async () => {
    await store().record([errorEvent()], now);
    await alert();
    const [delivery] = await store().dueDeliveries('slack', now, 10);
    await store().settleDelivery(settle(delivery!, { kind: 'failed', reason: 'down' }, now, 0));
    assert.deepEqual(await store().dueDeliveries('slack', now, 10), []);
    assert.equal(await store().nextDueAt('slack'), now + 1000);
    assert.equal((await store().dueDeliveries('slack', now + 1000, 10))[0]?.failures, 1);
  });

  fresh(
    'gives what was put off when the clock has been set back since, or it is to forget that',
    async () => {
      await store().record([errorEvent()], now);
      await alert();
      const [delivery] = await store().dueDeliveries('slack', now, 10);
      await store().settleDelivery(
        settle(delivery!, { kind: 'throttled', retryAfterMillis: 60_000 }, now, 0),
      );
      assert.equal((await store().dueDeliveries('slack', now - 86_400_000, 10)).length, 1);
      assert.equal((await store().dueDeliveries('slack', now, 10)).length, 0);
      await store().forgetPauses('mail');
      assert.equal((await store().dueDeliveries('slack', now, 10)).length, 0);
      await store().forgetPauses('slack');
      assert.equal((await store().dueDeliveries('slack', now, 10)).length, 1);
    },
  );

  fresh('gives the worst of what is new first', async () => {
    const severities = ['high', 'critical', 'high'] as const;
    await store().record(
      severities.map((severity, i) => errorEvent({ fingerprint: `1:${i}`, severity })),
      now,
    );
    await alert();
    const due = await store().dueDeliveries('slack', now, 10);
    assert.equal(due[0]?.incident.issue.severity, 'critical');
    assert.equal(due.length, 3);
  });

  fresh('knows which incidents have not been heard of for long', async () => {
    await store().record([errorEvent()], now);
    await alert();
    assert.deepEqual(await store().quietIncidents(now, 10), []);
    const [quiet] = await store().quietIncidents(now + 1, 10);
    assert.equal(quiet?.state, 'firing');
  });

  fresh('stores text that would break JSON, SQL or a terminal as it is', async () => {
    const message = "Robert'); DROP TABLE issues;-- \u0000 \u001b[31m \u2028 \ud83d\ude00";
    await store().record([errorEvent({ message })], now);
    assert.equal((await store().listIssues({ limit: 1 })).items[0]?.message, message);
  });
}
