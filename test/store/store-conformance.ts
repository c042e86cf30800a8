import assert from 'node:assert/strict';
import { evaluateDeployments } from '../../src/alerting/deployment.ts';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import type { Incident, IssueIncident } from '../../src/alerting/incident.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import type { IncidentQuery } from '../../src/alerting/alert-store.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { issueId } from '../../src/issues/identity.ts';
import { supportCode } from '../../src/conventions/support-code.ts';
import {
  type CountedEvent,
  type EventQuery,
  type IssueQuery,
  issueSorts,
  otherOperations,
  type Page,
} from '../../src/issues/issue-store.ts';
import { settle } from '../../src/notify/delivery.ts';
import type { DeliveryQuery } from '../../src/notify/delivery-store.ts';
import type { Store } from '../../src/store/store.ts';
import { conditionIncident, errorEvent, taskRecord } from '../support/builders.ts';
import { eachOnItsOwn } from './each-on-its-own.ts';

export interface StoreUnderTest {
  calls: () => Store;
  /** As after a restart. */
  reopen: () => Promise<void>;
  stop: () => Promise<void>;
}

const now = Date.UTC(2026, 0, 2);
const resolve = { kind: 'resolve', inNextVersion: false } as const;

/** What every implementation of the store does; each test has a store of its own. */
export function storeConformance(name: string, open: () => Promise<StoreUnderTest>): void {
  let opened: StoreUnderTest;
  const store = (): Store => opened.calls();

  /** Runs alerting over what is pending, as the running program does. */
  const alert = async (receivers: readonly string[] = ['slack'], at = now): Promise<void> => {
    const pending = await store().pendingChanges(1000);
    const incidents = evaluateChanges(pending, at, issueRuleDefaults);
    await store().commitStep({ cursor: pending.at(-1)?.change.seq ?? 0, at, incidents, receivers });
  };

  const fresh = eachOnItsOwn(name, open, (store) => {
    opened = store;
  });

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

  const counted = (event: ErrorEvent): CountedEvent => {
    const { id, otherId, time, version, traceId, service, environment, fingerprint } = event;
    return { id, otherId, time, version, traceId, issueId: issueId(service, environment, fingerprint) };
  };

  const issueOf = ({ service, environment, fingerprint }: ErrorEvent): string =>
    issueId(service, environment, fingerprint);

  fresh('takes what is learnt of events later on, once for each', async () => {
    const [event, other] = [
      errorEvent({ severity: 'low', held: 'high' }),
      errorEvent({ severity: 'low', held: 'critical' }),
    ];
    await store().record([event, other], now);
    const of = issueOf(event);
    const swallowed = { operation: 'POST /order', dependency: 'payments' };
    await store().record(
      [],
      now,
      [],
      [
        { eventId: event.id, issueId: of, severity: 'medium', swallowed },
        { eventId: event.id, issueId: of, likelyCause: 'POST payments → 503' },
      ],
    );
    // Sent again after a failure in between: nothing more is held of it.
    await store().record([], now, [], [{ eventId: event.id, issueId: of, severity: 'medium', swallowed }]);
    assert.partialDeepStrictEqual((await store().listIssues({ limit: 10 })).items[0], {
      severity: 'medium',
      held: 1,
      swallowed: true,
      likelyCause: 'POST payments → 503',
      count: 2,
    });
    const stored = await store().getEvent(event.id);
    assert.partialDeepStrictEqual(stored, {
      severity: 'medium',
      swallowed,
      likelyCause: 'POST payments → 503',
    });
    assert.equal(stored?.held, undefined);
    assert.deepEqual(
      (await store().pendingChanges(10)).map(({ change }) => change.kind),
      ['created', 'amended', 'amended'],
    );
  });

  const byVersions = (fingerprint: string, former: readonly string[] = [], given: Partial<ErrorEvent> = {}) =>
    errorEvent({ fingerprint, formerFingerprints: former, time: now, ...given });

  fresh('goes on with an issue whose failure has another fingerprint by a later version', async () => {
    const before = byVersions('1:a');
    await store().record([before], now);
    const id = issueOf(before);
    await store().changeIssue(id, { kind: 'acknowledge' }, 'alice', now);
    const [event, next] = [byVersions('2:a', ['1:a'], { severity: 'low', held: 'high' }), byVersions('2:a')];
    const other = byVersions('2:a', ['1:a'], { service: 'other' });
    assert.equal((await store().record([event, next, other], now)).length, 3);
    await opened.reopen();
    // Known by its name alone: of a storm, and of what is learnt later.
    await store().record(
      [],
      now,
      [counted(byVersions('2:a'))],
      [{ eventId: event.id, issueId: issueOf(event), likelyCause: 'GET db → timeout' }],
    );
    const { items } = await store().listIssues({ limit: 10, sort: 'count' });
    assert.equal(items.length, 2);
    assert.partialDeepStrictEqual(items[0], {
      id,
      state: 'ongoing',
      count: 4,
      acknowledgedBy: 'alice',
      likelyCause: 'GET db → timeout',
      severity: 'high',
    });
    assert.deepEqual(await store().getIssue(issueOf(event)), items[0]);
    assert.equal((await store().listIssueLog({ issueId: id, limit: 5 })).items.length, 1);
    const events = (await store().listEvents({ issueId: id, limit: 5 })).items;
    assert.deepEqual(new Set(events.map((each) => each.id)), new Set([before.id, event.id, next.id]));
    // Whoever has an event finds its issue by it.
    for (const each of events) assert.equal(issueOf(each), id);
    assert.deepEqual(
      (await store().pendingChanges(10)).map(({ change }) => change.kind),
      ['created', 'acknowledged', 'occurred', 'created', 'amended', 'occurred'],
    );
  });

  fresh('takes a resolved issue for regressed when it happens again by another fingerprint', async () => {
    await store().record([byVersions('1:a')], now);
    const { id } = (await store().listIssues({ limit: 1 })).items[0]!;
    await store().changeIssue(id, resolve, 'alice', now);
    await store().record([byVersions('3:a', ['2:a', '1:a'], { time: now + 1 })], now + 1);
    const [issue, ...others] = (await store().listIssues({ limit: 5 })).items;
    assert.deepEqual([issue?.id, issue?.state, issue?.count, others.length], [id, 'regressed', 2, 0]);
  });

  fresh(
    'has one issue for what several versions tell apart, and one for what the last one does not',
    async () => {
      await store().record([byVersions('1:a'), byVersions('1:b')], now);
      const split = [byVersions('2:a1', ['1:a']), byVersions('2:a2', ['1:a'])];
      await store().record(split, now);
      // By way of a name that is another name itself.
      await store().record([byVersions('3:a1', ['2:a1', '1:x'])], now);
      // Of two that become one the first that happens again goes on.
      await store().record([byVersions('2:c', ['1:b'])], now);
      await store().record([byVersions('2:c', ['1:a'])], now);
      const { items } = await store().listIssues({ limit: 10 });
      const counts = Object.fromEntries(items.map(({ fingerprint, count }) => [fingerprint, count]));
      assert.deepEqual(counts, { '1:a': 4, '1:b': 3 });
    },
  );

  fresh('looks for no former name where there is an issue of the present one', async () => {
    await store().record([byVersions('2:a'), byVersions('1:a')], now);
    await store().record([byVersions('2:a', ['1:a'])], now);
    const { items } = await store().listIssues({ limit: 10 });
    const counts = Object.fromEntries(items.map(({ fingerprint, count }) => [fingerprint, count]));
    assert.deepEqual(counts, { '1:a': 1, '2:a': 2 });
  });

  fresh('passes over what is learnt of what is not there', async () => {
    await store().record([], now, [], [{ eventId: 'gone', issueId: 'gone', severity: 'high' }]);
    assert.deepEqual(await store().pendingChanges(10), []);
  });

  fresh('takes for the worst what a process that is no more left open', async () => {
    const [open, settled] = [
      errorEvent({ severity: 'low', held: 'high' }),
      errorEvent({ severity: 'low', fingerprint: '1:b' }),
    ];
    await store().record([open, settled], now);
    await opened.reopen();
    const { items } = await store().listIssues({ limit: 10 });
    assert.deepEqual(
      Object.fromEntries(items.map((each) => [each.fingerprint, [each.severity, each.held]])),
      { [open.fingerprint]: ['high', 0], '1:b': ['low', 0] },
    );
    assert.deepEqual(
      (await store().pendingChanges(10)).map(({ change }) => change.kind),
      ['created', 'created', 'amended'],
    );
    const stored = await store().getEvent(open.id);
    assert.deepEqual([stored?.severity, stored?.held], ['high', undefined]);
    await opened.reopen();
    assert.equal((await store().pendingChanges(10)).length, 3);
  });

  fresh('lists the issues with a swallowed failure, and those without', async () => {
    const swallowed = { operation: 'a', dependency: '' };
    await store().record([errorEvent({ swallowed }), errorEvent({ fingerprint: '1:b' })], now);
    const listed = async (flag: boolean): Promise<string[]> =>
      (await store().listIssues({ limit: 10, swallowed: flag })).items.map(({ fingerprint }) => fingerprint);
    assert.deepEqual([await listed(true), await listed(false)], [['1:payment'], ['1:b']]);
  });

  fresh('knows when the version of an issue first appeared, by whatever was heard of it', async () => {
    const version = { service: 'checkout', environment: 'production', version: '1.4.2' };
    await store().noteVersions([
      { ...version, at: now - 180_000 },
      { ...version, version: '1.4.1', at: now },
    ]);
    await store().noteVersions([{ ...version, at: now }]);
    await store().record([errorEvent({ time: now }), errorEvent({ fingerprint: '1:b', version: '' })], now);
    const { items } = await store().listIssues({ limit: 10 });
    const at = Object.fromEntries(
      items.map(({ fingerprint, firstVersionAt }) => [fingerprint, firstVersionAt]),
    );
    assert.deepEqual(at, { '1:payment': now - 180_000, '1:b': undefined });
  });

  fresh('says that an issue escalates by its own history, and that it is calm again', async () => {
    const hour = 3_600_000;
    const many = (count: number, at: number): Promise<unknown> =>
      store().record(
        Array.from({ length: count }, () => errorEvent({ time: at })),
        at,
      );
    const state = async (): Promise<string | undefined> =>
      (await store().listIssues({ limit: 1 })).items[0]?.state;
    await many(4, now - 30 * hour);
    await many(12, now);
    assert.equal(await state(), 'new');
    await many(1, now);
    assert.equal(await state(), 'escalating');
    assert.equal((await store().pendingChanges(10)).at(-1)?.change.kind, 'escalated');
    await store().record([errorEvent({ fingerprint: '1:other', time: now + hour })], now + hour);
    assert.deepEqual((await store().listIssues({ limit: 9, states: ['escalating'] })).items.length, 1);
    await store().record([errorEvent({ fingerprint: '1:other', time: now + 2 * hour })], now + 2 * hour);
    assert.deepEqual((await store().listIssues({ limit: 9, states: ['escalating'] })).items, []);
  });

  fresh('counts events of which nothing else is kept, each once, however it comes again', async () => {
    const at = (time: number, version = '1') => errorEvent({ time, version });
    const [whole, first, second] = [at(now), at(now + 5, '2'), at(now + 1)];
    assert.deepEqual(await store().record([whole], now, [counted(first), counted(first)]), [
      whole.id,
      first.id,
    ]);
    assert.deepEqual(await store().record([], now, [counted(whole), counted(first)]), []);
    assert.deepEqual(await store().record([first], now), []);
    assert.deepEqual(await store().record([], now, [counted(second)]), [second.id]);
    const [issue] = (await store().listIssues({ limit: 10 })).items;
    assert.partialDeepStrictEqual(issue, {
      count: 3,
      lastSeen: now + 5,
      lastVersion: '2',
      message: whole.message,
    });
    assert.deepEqual((await store().listEvents({ issueId: issue!.id, limit: 10 })).items, [whole]);
    assert.equal((await store().pendingChanges(10)).length, 2);
    await opened.reopen();
    assert.deepEqual(await store().record([], now, [counted(second)]), []);
  });

  fresh('counts an event once that two signals tell of', async () => {
    const [one, other] = [errorEvent(), errorEvent()];
    const [early, late] = [
      { ...one, otherId: other.id },
      { ...other, otherId: one.id },
    ];
    assert.deepEqual(await store().record([early], now), [one.id]);
    assert.deepEqual(await store().record([late], now), []);
    assert.deepEqual(await store().record([], now, [counted(late)]), []);
    const third = errorEvent({ otherId: 'f'.repeat(32) });
    assert.deepEqual(await store().record([], now, [counted(third)]), [third.id]);
    assert.deepEqual(await store().record([errorEvent({ otherId: third.id })], now), []);
  });

  fresh('takes nothing of a group in which an event is counted of an issue that is not there', async () => {
    await assert.rejects(store().record([errorEvent({ fingerprint: '1:a' })], now, [counted(errorEvent())]));
    assert.deepEqual((await store().listIssues({ limit: 10 })).items, []);
    const event = errorEvent();
    assert.deepEqual(
      await store()
        .record([errorEvent()], now, [counted(event)])
        .then((ids) => ids[1]),
      event.id,
    );
  });

  fresh('lets an issue that was resolved come back by an event that is only counted', async () => {
    await store().record([errorEvent()], now);
    const [issue] = (await store().listIssues({ limit: 1 })).items;
    await store().changeIssue(issue!.id, resolve, 'alice', now);
    await store().record([], now, [counted(errorEvent({ time: now - 1 }))]);
    assert.equal((await store().getIssue(issue!.id))?.state, 'resolved');
    await store().record([], now, [counted(errorEvent({ time: now + 1 }))]);
    assert.equal((await store().getIssue(issue!.id))?.state, 'regressed');
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
    await store().changeIssue(items[0]!.id, resolve, 'tester', now);
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
    await store().changeIssue(first!.id, resolve, 'alice', now);
    const count = async (query: object): Promise<number> =>
      (await store().listIssues({ limit: 10, ...query })).items.length;
    assert.equal(await count({ severities: ['low', 'critical'] }), 2);
    assert.equal(await count({ states: ['resolved'] }), 1);
    assert.equal(await count({ states: ['new'], service: 'other' }), 1);
    assert.equal(await count({ service: "x' OR '1'='1" }), 0);
  });

  fresh('filters by class, text and time, together with all else', async () => {
    await store().record(
      [
        errorEvent({
          fingerprint: '1:a',
          class: 'timeout',
          type: 'ÄrgerError',
          message: 'Zeit ist UM',
          time: now,
        }),
        errorEvent({
          fingerprint: '1:b',
          class: 'auth',
          message: '100% of _all_\nsecond line',
          time: now - 1000,
        }),
        errorEvent({ fingerprint: '1:c', message: "it's refused", time: now - 2000.5 }),
      ],
      now,
    );
    const found: [query: Partial<IssueQuery>, count: number][] = [
      [{ classes: ['timeout'] }, 1],
      [{ classes: ['timeout', 'auth'] }, 2],
      [{ classes: [] }, 0],
      [{ text: 'ärgererror: ZEIT' }, 1],
      [{ text: '100%' }, 1],
      [{ text: '%' }, 1],
      [{ text: '_' }, 1],
      [{ text: 'SECOND' }, 1],
      [{ text: "it's" }, 1],
      [{ text: "' OR ''='" }, 0],
      [{ text: '' }, 3],
      [{ seenSince: now }, 1],
      [{ seenSince: now - 999.5 }, 1],
      [{ seenSince: now - 1000 }, 2],
      [{ seenSince: 0 }, 3],
      [{ seenSince: now - 1000, classes: ['auth'], text: 'first' }, 0],
      [{ seenSince: 0, classes: ['auth'], text: 'second', states: ['new'], severities: ['high'] }, 1],
    ];
    for (const [query, count] of found) {
      const { items } = await store().listIssues({ limit: 10, ...query });
      assert.equal(items.length, count, JSON.stringify(query));
    }
  });

  fresh('finds an issue by the message of its last event', async () => {
    await store().record([errorEvent({ message: 'earlier', time: now })], now);
    await store().record([errorEvent({ message: 'later', time: now + 1 })], now);
    const find = async (text: string): Promise<number> =>
      (await store().listIssues({ limit: 10, text })).items.length;
    assert.deepEqual([await find('later'), await find('earlier')], [1, 0]);
  });

  fresh('finds issues by words and parts of words, wherever in an issue they stand', async () => {
    const frames = [{ function: 'reserve', file: '/srv/app/stock-keeper.ts', line: 3, inApp: true }];
    await store().record(
      [
        errorEvent({ fingerprint: '1:a', message: 'connect ECONNREFUSED 10.0.0.7:5432', frames }),
        errorEvent({ fingerprint: '1:b', service: 'Warehouse', operation: 'PUT /parcels/:id' }),
        errorEvent({ fingerprint: '1:c', type: 'SQLSTATE 40P01', message: 'デッドロックが検出されました' }),
      ],
      now,
    );
    const found: [text: string, fingerprints: string[]][] = [
      ['refused', ['1:a', '1:b']],
      ['connrefused', ['1:a']],
      ['5432 connect', ['1:a']],
      ['stock-keeper.ts', ['1:a']],
      ['reserve payment', ['1:a']],
      ['WARE', ['1:b']],
      ['/parcels/', ['1:b']],
      ['40p01', ['1:c']],
      ['検出', ['1:c']],
      ['ロックが', ['1:c']],
      ['  refused \t card\n', ['1:b']],
      ['refused card nowhere', []],
      ['charge.jsX', []],
    ];
    for (const [text, fingerprints] of found) {
      const { items } = await store().listIssues({ limit: 10, text });
      assert.deepEqual(items.map(({ fingerprint }) => fingerprint).sort(), fingerprints, text);
    }
  });

  fresh('takes what is looked for as text, whatever it looks like', async () => {
    const hostile = [
      'a AND b',
      'x OR y',
      'NOT z',
      'NEAR(a b, 5)',
      '^first',
      'pre*',
      '"quoted"',
      '"open',
      'text:col',
      '{text}: x',
      'a + b',
      '-minus',
      "it's",
      '((((',
      '%_%',
      '\\',
      '\u0000nul\u0000',
      '\ud83dhalf',
      '😀😀😀',
      '\u001b[31m',
      '<b>&amp;</b>',
    ];
    const others = Array.from({ length: 700 }, (_, i) =>
      errorEvent({ fingerprint: `1:o${i}`, time: now + 1 }),
    );
    await store().record(others, now);
    await store().record(
      hostile.map((message, i) => errorEvent({ fingerprint: `1:${i}`, message, type: `T${i}`, frames: [] })),
      now,
    );
    for (const [i, text] of hostile.entries()) {
      const { items } = await store().listIssues({ limit: 100, text });
      const fingerprints = items.map(({ fingerprint }) => fingerprint);
      assert.ok(fingerprints.includes(`1:${i}`), text);
    }
    for (const text of ['""', 'xyz*', '"card" OR "quoted"', 'card NOT refused', 'text:card'])
      assert.deepEqual((await store().listIssues({ limit: 100, text })).items, [], text);
  });

  fresh('finds every issue among thousands, in each order and page by page', async () => {
    const groups = Array.from({ length: 36 }, (_, group) =>
      Array.from({ length: 100 }, (_, i) => {
        const number = group * 100 + i;
        const message = `cannot load ${number % 2 === 0 ? 'basket' : 'parcel'} ${number % 40 === 0 ? 'Zwiebelkuchen' : 'x'}`;
        return errorEvent({ fingerprint: `1:${number}`, message, time: now + ((number * 37) % 3600) });
      }),
    );
    for (const group of groups) await store().record(group, now);
    const changed = errorEvent({ fingerprint: '1:1', message: 'a late Zwiebelkuchen', time: now + 5000 });
    await store().record([changed], now);
    const all = await pagesOf((page) => store().listIssues({ limit: 1000, ...page }));
    const expected = (...words: readonly string[]) =>
      all.filter(({ message }) => words.every((word) => message.includes(word)));
    for (const words of [
      ['Zwiebelkuchen'],
      ['basket'],
      ['cannot', 'parcel'],
      ['la'],
      ['ö'],
      ['Zwiebel', 'la'],
      ['cannot', 'ö'],
    ]) {
      const wanted = expected(...words);
      for (const sort of issueSorts) {
        const value = (issue: (typeof all)[number]) =>
          ({ last_seen: issue.lastSeen, first_seen: issue.firstSeen, count: issue.count })[sort];
        const order = (a: (typeof all)[number], b: (typeof all)[number]): number =>
          value(b) - value(a) || (a.id < b.id ? 1 : -1);
        const text = words.join(' ').toUpperCase();
        const found = await pagesOf((page) => store().listIssues({ limit: 400, sort, text, ...page }));
        assert.deepEqual(
          found.map(({ id }) => id),
          wanted.toSorted(order).map(({ id }) => id),
          `${text} by ${sort}`,
        );
      }
    }
  });

  for (const sort of issueSorts) {
    fresh(`lists by ${sort}, page by page, each issue once`, async () => {
      const events: ErrorEvent[] = [];
      for (let i = 0; i < 25; i++) {
        const fingerprint = `1:${i}`;
        for (let n = 0; n <= i % 4; n++)
          events.push(errorEvent({ fingerprint, time: now + ((i * 7 + n) % 11) * 1000.25 }));
      }
      await store().record(events, now);
      const listed = await pagesOf((page) => store().listIssues({ limit: 4, sort, ...page }));
      assert.equal(new Set(listed.map(({ id }) => id)).size, 25);
      const values = listed.map((issue) => {
        return { last_seen: issue.lastSeen, first_seen: issue.firstSeen, count: issue.count }[sort];
      });
      assert.deepEqual(
        values,
        values.toSorted((a, b) => b - a),
      );
    });
  }

  fresh('refuses a cursor of another order or another list', async () => {
    await store().record([errorEvent({ fingerprint: '1:a' }), errorEvent({ fingerprint: '1:b' })], now);
    const { nextCursor: cursor = '' } = await store().listIssues({ limit: 1, sort: 'count' });
    const refused = { name: 'InvalidCursor', message: /another order/ };
    await assert.rejects(store().listIssues({ limit: 1, cursor }), refused);
    await assert.rejects(store().listIssues({ limit: 1, sort: 'first_seen', cursor }), refused);
    await assert.rejects(store().listEvents({ issueId: 'x', limit: 1, cursor }), refused);
    await assert.rejects(store().listIncidents({ limit: 1, cursor }), refused);
    await assert.rejects(store().listDeliveries({ limit: 1, cursor }), refused);
    assert.equal((await store().listIssues({ limit: 1, sort: 'count', cursor })).items.length, 1);
  });

  fresh('lists the events of an issue, the newest first, page by page, each once', async () => {
    const events = Array.from({ length: 10 }, (_, i) => errorEvent({ time: now + (i % 3) }));
    await store().record([...events, errorEvent({ fingerprint: '1:other' })], now);
    const { items } = await store().listIssues({ limit: 10 });
    const issueId = items.find(({ count }) => count === 10)!.id;
    const listed = await pagesOf((page) => store().listEvents({ issueId, limit: 3, ...page }));
    const order = (a: ErrorEvent, b: ErrorEvent): number => b.time - a.time || (b.id < a.id ? -1 : 1);
    assert.deepEqual(listed, events.toSorted(order));
    assert.deepEqual((await store().listEvents({ issueId: 'nothing', limit: 3 })).items, []);
  });

  fresh('ends a page of large events before it fills the memory', async () => {
    const events = Array.from({ length: 200 }, () => errorEvent({ stack: 'x'.repeat(32_768) }));
    await store().record(events, now);
    const [issue] = (await store().listIssues({ limit: 1 })).items;
    const first = await store().listEvents({ issueId: issue!.id, limit: 1000 });
    assert.ok(first.items.length >= 100 && first.items.length < 140, `${first.items.length}`);
    const all = await pagesOf((page) => store().listEvents({ issueId: issue!.id, limit: 1000, ...page }));
    assert.equal(new Set(all.map(({ id }) => id)).size, 200);
  });

  fresh('has one event by its id', async () => {
    const event = errorEvent({ attributes: { 'job.id': 17 } });
    await store().record([event], now);
    assert.deepEqual(await store().getEvent(event.id), event);
    assert.equal(await store().getEvent('nothing'), undefined);
  });

  fresh('counts errors: all, those that stand, the critical of those, the recent', async () => {
    const since = now - 1000;
    assert.deepEqual(await store().errorCounts(since), { total: 0, unresolved: 0, critical: 0, recent: 0 });
    const times = [now, since, since - 1, now, now];
    const severities = ['low', 'critical', 'critical', 'critical', 'high'] as const;
    await store().record(
      times.map((time, i) => errorEvent({ fingerprint: `1:${i}`, time, severity: severities[i]! })),
      now,
    );
    assert.deepEqual(await store().errorCounts(since), { total: 5, unresolved: 5, critical: 3, recent: 4 });
    const { items } = await store().listIssues({ limit: 10, severities: ['critical'], seenSince: now });
    await store().changeIssue(items[0]!.id, resolve, 'alice', now);
    assert.deepEqual(await store().errorCounts(since), { total: 5, unresolved: 4, critical: 2, recent: 4 });
  });

  fresh('lists incidents, the latest to begin first, by state, severity and service', async () => {
    for (let i = 0; i < 5; i++) {
      const severity = i === 0 ? 'critical' : 'high';
      const service = i === 1 ? 'other' : 'checkout';
      await store().record([errorEvent({ fingerprint: `1:${i}`, severity, service, time: now })], now);
      await alert(['slack'], now + (i % 2));
    }
    const listed = await pagesOf((page) => store().listIncidents({ limit: 2, ...page }));
    assert.deepEqual(
      listed.map(({ startsAt }) => startsAt - now),
      [1, 1, 0, 0, 0],
    );
    assert.equal(new Set(listed.map(({ key }) => key)).size, 5);
    await store().changeIssue(listed[0]!.issue!.id, resolve, 'alice', now);
    await alert();
    const count = async (query: Partial<IncidentQuery>): Promise<number> =>
      (await store().listIncidents({ limit: 10, ...query })).items.length;
    assert.equal(await count({ states: ['ended'] }), 1);
    assert.equal(await count({ states: ['firing'] }), 4);
    assert.equal(await count({ severities: ['critical'] }), 1);
    assert.equal(await count({ service: 'other' }), 1);
    assert.equal(await count({ service: 'nobody' }), 0);
  });

  fresh('finds an incident by its key, as it is now', async () => {
    await store().record([errorEvent()], now);
    await alert();
    const { items } = await store().listIncidents({ limit: 10 });
    const { key, issue } = items[0]!;
    assert.deepEqual(await store().getIncident(key), items[0]);
    await store().changeIssue(issue!.id, resolve, 'alice', now);
    await alert();
    assert.equal((await store().getIncident(key))?.endReason, 'resolved');
    for (const other of ['', 'f'.repeat(32), `${key}'`])
      assert.equal(await store().getIncident(other), undefined);
  });

  fresh('lists deliveries, those wanted last first, by receiver and by whether they are shown', async () => {
    for (let i = 0; i < 3; i++) {
      await store().record([errorEvent({ fingerprint: `1:${i}` })], now);
      await alert(['slack', 'mail'], now + i);
    }
    const [due] = await store().dueDeliveries('slack', now, 1);
    await store().settleDelivery(settle(due!, { kind: 'failed', reason: 'down' }, now, 0));
    const [mail] = await store().dueDeliveries('mail', now, 1);
    await store().settleDelivery(settle(mail!, { kind: 'delivered', reference: undefined }, now, 0));
    const listed = await pagesOf((page) => store().listDeliveries({ limit: 2, ...page }));
    assert.deepEqual(
      listed.map(({ wantedSince }) => wantedSince - now),
      [2, 2, 1, 1, 0, 0],
    );
    assert.equal(new Set(listed.map(({ receiver, incident }) => receiver + incident.key)).size, 6);
    const failed = listed.filter(({ failures }) => failures > 0);
    assert.partialDeepStrictEqual(failed, [
      { receiver: 'slack', wantedRevision: 1, shownRevision: 0, lastError: 'down', retryAt: now + 1000 },
    ]);
    const count = async (query: Partial<DeliveryQuery>): Promise<number> =>
      (await store().listDeliveries({ limit: 10, ...query })).items.length;
    assert.equal(await count({ receiver: 'slack' }), 3);
    assert.equal(await count({ states: ['pending'] }), 5);
    assert.equal(await count({ states: ['shown'], receiver: 'mail' }), 1);
    assert.equal(await count({ states: ['shown', 'held'], receiver: 'slack' }), 0);
  });

  fresh('finds out whether it can be written, and leaves nothing behind', async () => {
    await store().probe();
    await store().probe();
    assert.deepEqual((await store().listIssues({ limit: 1 })).items, []);
  });

  fresh('refuses a cursor that it did not give', async () => {
    const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const garbage = [
      'x',
      '',
      '\u0000',
      'x'.repeat(100_000),
      encoded(1),
      encoded(null),
      encoded({}),
      encoded([]),
      encoded(['last_seen']),
      encoded(['last_seen', '1', 'x']),
      encoded(['last_seen', 1.5, 'x']),
      encoded(['last_seen', 1e300, 'x']),
      encoded(['last_seen', 1, 2]),
      encoded(['last_seen', 1, 'x', 'y']),
      encoded(['toString', 1, 'x']),
      encoded('['.repeat(300)),
    ];
    for (const cursor of garbage) {
      await assert.rejects(store().listIssues({ limit: 1, cursor }), { name: 'InvalidCursor' }, cursor);
    }
    const harmless = encoded(['last_seen', 1, "' OR ''='"]);
    assert.deepEqual((await store().listIssues({ limit: 1, cursor: harmless })).items, []);
  });

  fresh('finds events by what is asked for, and only those', async () => {
    const events = [
      errorEvent({ time: now, traceId: 'a'.repeat(32), component: 'db', severity: 'low' }),
      errorEvent({ time: now + 1, traceId: 'b'.repeat(32), component: 'web', service: 'other' }),
      errorEvent({
        time: now + 2,
        attributes: { 'job.id': 17, 'job.name': 'nightly' },
        fingerprint: '1:job',
      }),
      errorEvent({
        time: now + 3,
        attributes: { 'game.id': 42, 'order.id': 'x' },
        indexed: ['game.id', 'order.id'],
      }),
    ];
    await store().record(events, now);
    const [first, second, third, fourth] = events.map(({ id }) => id);
    const found: [query: Partial<EventQuery>, ids: (string | undefined)[]][] = [
      [{}, [fourth, third, second, first]],
      [{ traceId: 'a'.repeat(32) }, [first]],
      [{ component: 'web' }, [second]],
      [{ service: 'other' }, [second]],
      [{ severities: ['low'] }, [first]],
      [{ severities: ['low', 'high'], since: now + 2 }, [fourth, third]],
      [{ jobId: '17' }, [third]],
      [{ jobName: 'nightly' }, [third]],
      [{ jobName: 'nightly', jobId: '18' }, []],
      [{ attributes: { 'game.id': '42' } }, [fourth]],
      [{ attributes: { 'game.id': '42', 'order.id': 'x' } }, [fourth]],
      [{ attributes: { 'game.id': '42', 'order.id': 'y' } }, []],
      [{ attributes: { 'job.id': '17' } }, []],
      [{ component: "x' OR '1'='1" }, []],
    ];
    for (const [query, ids] of found) {
      const { items } = await store().listEvents({ limit: 10, ...query });
      assert.deepEqual(
        items.map(({ id }) => id),
        ids,
        JSON.stringify(query),
      );
    }
    const all = await pagesOf((page) => store().listEvents({ limit: 1, ...page }));
    assert.equal(all.length, 4);
  });

  fresh('finds by service, component, severity and time what a look at every event finds', async () => {
    const of = <T>(values: readonly T[], number: number): T => values[number % values.length]!;
    const events = Array.from({ length: 1200 }, (_, i) =>
      errorEvent({
        time: now + ((i * 7) % 400),
        service: of(['a', 'b', 'c'], i),
        component: i % 100 === 1 ? 'rare' : `c${i % 47}`,
        severity: of(['low', 'medium', 'high', 'high'], i * 3),
      }),
    );
    for (let from = 0; from < events.length; from += 200)
      await store().record(events.slice(from, from + 200), now);
    const order = (a: ErrorEvent, b: ErrorEvent): number => b.time - a.time || (b.id < a.id ? -1 : 1);
    const queries: Partial<EventQuery>[] = [
      {},
      { service: 'a' },
      { service: 'nobody' },
      { component: 'rare' },
      { component: 'rare', service: 'b', severities: ['low', 'high'] },
      { component: 'c11', severities: ['medium'] },
      { severities: ['high'] },
      { severities: ['critical'] },
      { severities: [] },
      { severities: ['low', 'medium', 'high', 'critical'] },
      { service: 'c', since: now + 250.5 },
    ];
    for (const query of queries) {
      const { service, component, severities, since = 0 } = query;
      const wanted = events.filter(
        (event) =>
          (service ?? event.service) === event.service &&
          (component ?? event.component) === event.component &&
          (severities ?? [event.severity]).includes(event.severity) &&
          event.time >= since,
      );
      const found = await pagesOf((page) => store().listEvents({ limit: 170, ...query, ...page }));
      const ids = wanted.sort(order).map(({ id }) => id);
      assert.deepEqual(
        found.map(({ id }) => id),
        ids,
        JSON.stringify(query),
      );
    }
    await assert.rejects(store().listEvents({ service: 'nobody', limit: 1, cursor: 'x' }), {
      name: 'InvalidCursor',
    });
  });

  fresh('knows by a support code what failed, also where that is only counted', async () => {
    const traceId = '0af76519' + 'a'.repeat(24);
    const code = supportCode(traceId);
    const event = errorEvent({ traceId, supportCode: code });
    await store().record([event, errorEvent({ fingerprint: '1:b' })], now);
    await store().record([], now, [counted(errorEvent({ traceId, fingerprint: '1:b' }))]);
    const { events, issueIds } = await store().findSupported(code);
    assert.deepEqual(events, [event]);
    assert.equal(issueIds.length, 2);
    assert.deepEqual(await store().findSupported('TOC-ZZZZZZZZ'), { events: [], issueIds: [] });
    await store().record([errorEvent({ supportCode: 'my own', ownSupportCode: 'my own' })], now);
    assert.equal((await store().findSupported('my own')).events.length, 1);
  });

  fresh('keeps what was done to an issue, and by whom', async () => {
    await store().record([errorEvent({ time: now - 1000 })], now);
    const [issue] = (await store().listIssues({ limit: 1 })).items;
    const { id } = issue!;
    await store().changeIssue(id, { kind: 'acknowledge' }, 'alice', now);
    await store().changeIssue(id, { kind: 'acknowledge' }, 'bob', now + 1);
    await store().changeIssue(id, { kind: 'ignore', until: now + 60_000, moreEvents: 5 }, 'bob', now + 2);
    await store().changeIssue(id, { kind: 'reopen' }, 'alice', now + 3);
    assert.deepEqual((await store().listIssueLog({ issueId: id, limit: 2 })).items, [
      { at: now + 3, by: 'alice', action: { kind: 'reopen' } },
      { at: now + 2, by: 'bob', action: { kind: 'ignore', until: now + 60_000, moreEvents: 5 } },
    ]);
    const all = await pagesOf((page) => store().listIssueLog({ issueId: id, limit: 1, ...page }));
    assert.deepEqual(
      all.map(({ action }) => action.kind),
      ['reopen', 'ignore', 'acknowledge'],
    );
    assert.deepEqual(
      (await store().pendingChanges(10)).map(({ change }) => change.kind),
      ['created', 'acknowledged', 'ignored', 'reopened'],
    );
  });

  fresh('refuses what cannot be done to an issue, and nothing is different then', async () => {
    await store().record([errorEvent({ version: '' })], now);
    const [issue] = (await store().listIssues({ limit: 1 })).items;
    const inNext = { kind: 'resolve', inNextVersion: true } as const;
    await assert.rejects(store().changeIssue(issue!.id, inNext, 'alice', now), { name: 'ActionRefused' });
    assert.deepEqual(await store().getIssue(issue!.id), issue);
    assert.deepEqual((await store().listIssueLog({ issueId: issue!.id, limit: 5 })).items, []);
  });

  fresh('knows which versions had been seen when an issue was resolved in the next one', async () => {
    const at = (later: number, version: string) => errorEvent({ time: now + later, version });
    await store().record([at(0, '1'), errorEvent({ fingerprint: '1:other', version: '2' })], now);
    const { items } = await store().listIssues({ limit: 9 });
    const { id } = items.find(({ lastVersion }) => lastVersion === '1')!;
    await store().changeIssue(id, { kind: 'resolve', inNextVersion: true }, 'alice', now + 10);
    await store().record([at(20, '1'), at(30, '2')], now + 30);
    assert.equal((await store().getIssue(id))?.state, 'resolved');
    await opened.reopen();
    await store().record([], now + 40, [counted(at(40, '3'))]);
    assert.equal((await store().getIssue(id))?.state, 'regressed');
  });

  fresh('knows how many events an issue had in each of the last 24 hours', async () => {
    const hour = 3_600_000;
    const ago = (hours: number) => errorEvent({ time: now - hours * hour + 5 });
    await store().record([ago(0), ago(0), ago(1), ago(23), ago(24), ago(-1)], now);
    await store().record([], now, [counted(ago(0)), counted(ago(2))]);
    const { id } = (await store().listIssues({ limit: 1 })).items[0]!;
    const trends = await store().trends([id, 'nothing'], now + 10);
    assert.deepEqual(trends[id], [1, ...Array.from({ length: 20 }, () => 0), 1, 1, 3]);
    assert.deepEqual(
      trends['nothing'],
      Array.from({ length: 24 }, () => 0),
    );
    assert.deepEqual(await store().trends([], now), {});
  });

  fresh('counts events by service and operation, hour by hour and day by day', async () => {
    const hour = 3_600_000;
    const at = (hours: number, given: Partial<ErrorEvent> = {}) =>
      errorEvent({ time: now + hours * hour + 5, fingerprint: given.operation ?? '1', ...given });
    const job = { service: 'jobs', operation: 'import' };
    await store().record(
      [at(0), at(0), at(-1), at(0, { operation: 'GET /' }), at(-30, job), at(-25, job)],
      now,
    );
    // Of what is only counted the issue says which operation it was.
    await store().record([], now, [counted(at(-1, { operation: 'GET /' })), counted(at(1))]);
    const again = at(-2);
    await store().record([again], now);
    await store().record([again], now);
    const query = {
      by: 'operation',
      interval: 'hour',
      since: now - 2 * hour,
      until: now,
      limit: 10,
    } as const;
    const byOperation = {
      times: [now - 2 * hour, now - hour, now],
      total: 6,
      series: [
        { service: 'checkout', operation: 'POST /charge', total: 4, counts: [1, 1, 2] },
        { service: 'checkout', operation: 'GET /', total: 2, counts: [0, 1, 1] },
      ],
    };
    assert.deepEqual(await store().eventTrends(query), byOperation);
    await opened.reopen();
    assert.deepEqual(await store().eventTrends(query), byOperation);
    const { series, total } = await store().eventTrends({ ...query, limit: 1 });
    assert.deepEqual([series.length, total], [1, 6]);
    assert.equal((await store().eventTrends({ ...query, service: 'jobs' })).total, 0);
    const days = {
      by: 'service',
      interval: 'day',
      since: now - 30 * hour,
      until: now + hour,
      limit: 10,
    } as const;
    assert.deepEqual(await store().eventTrends(days), {
      times: [now - 48 * hour, now - 24 * hour, now],
      total: 9,
      series: [
        { service: 'checkout', total: 7, counts: [0, 3, 4] },
        { service: 'jobs', total: 2, counts: [2, 0, 0] },
      ],
    });
  });

  fresh('tells so many operations of an hour apart, and counts those beyond together', async () => {
    const named = (number: number, service: string) =>
      errorEvent({ service, operation: `operation ${number}`, fingerprint: `${number}`, time: now });
    const all = Array.from({ length: 300 }, (_, number) => named(number, number < 240 ? 'a' : `s${number}`));
    for (let from = 0; from < all.length; from += 100) await store().record(all.slice(from, from + 100), now);
    await opened.reopen();
    await store().record([named(299, 's299'), named(500, 'a')], now);
    const query = { by: 'operation', interval: 'hour', since: now, until: now, limit: 1000 } as const;
    const { series, total } = await store().eventTrends(query);
    assert.equal(total, 302);
    assert.equal(series.filter(({ operation }) => operation !== otherOperations).length, 200);
    assert.ok(series.length <= 252, `${series.length}`);
    const others = series.filter(({ operation }) => operation === otherOperations);
    assert.equal(others.find(({ service }) => service === 'a')?.total, 41);
    assert.equal(others.find(({ service }) => service === otherOperations)?.total, 12);
  });

  fresh(
    'knows how many issues of each kind there are, what is recent, and which have the most events',
    async () => {
      const hour = 3_600_000;
      assert.deepEqual(await store().issueStats(now), {
        counts: [],
        events: 0,
        recent: { events: 0, issues: 0, newIssues: 0 },
        top: [],
      });
      const at = (hours: number, fingerprint: string, given: Partial<ErrorEvent> = {}) =>
        errorEvent({ time: now + hours * hour, fingerprint, ...given });
      await store().record(
        [
          ...[0, 0, -1].map((hours) => at(hours, '1:often')),
          ...[-50, -50, -50, -50, -1, -2].map((hours) => at(hours, '1:old', { class: 'timeout' })),
          at(-40, '1:gone', { severity: 'low', expected: true }),
        ],
        now,
      );
      await store().record([], now, [counted(at(0, '1:often'))]);
      const { items } = await store().listIssues({ limit: 3, classes: ['timeout'] });
      await store().changeIssue(items[0]!.id, resolve, 'alice', now);
      const stats = await store().issueStats(now + 1);
      const order = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
      assert.deepEqual(
        order(stats.counts),
        order([
          { state: 'new', severity: 'high', class: 'unknown', expected: false, issues: 1 },
          { state: 'new', severity: 'low', class: 'unknown', expected: true, issues: 1 },
          { state: 'resolved', severity: 'high', class: 'timeout', expected: false, issues: 1 },
        ]),
      );
      assert.deepEqual([stats.events, stats.recent], [11, { events: 6, issues: 2, newIssues: 1 }]);
      assert.deepEqual(
        stats.top.map(({ issue, events }) => [issue.fingerprint, events]),
        [
          ['1:often', 4],
          ['1:old', 2],
        ],
      );
    },
  );

  fresh('resolves an issue once, and says who did', async () => {
    await store().record([errorEvent({ time: now - 1000 })], now);
    const [issue] = (await store().listIssues({ limit: 1 })).items;
    const resolved = await store().changeIssue(issue!.id, resolve, 'alice', now);
    assert.deepEqual([resolved?.state, resolved?.resolvedBy], ['resolved', 'alice']);
    const again = await store().changeIssue(issue!.id, resolve, 'bob', now + 1);
    assert.equal(again?.resolvedBy, 'alice');
    assert.equal(await store().changeIssue('nothing', resolve, 'alice', now), undefined);
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

  fresh(
    'tells of what there is no room for in a digest, and of each by itself again if somebody wants it',
    async () => {
      const events = ['low', 'high', 'critical', 'high'].map((severity, i) =>
        errorEvent({ fingerprint: `1:${i}`, severity: severity as 'low' }),
      );
      await store().record(events, now);
      await alert(['slack', 'mail']);
      const [first] = await store().dueDeliveries('slack', now, 1);
      await store().settleDelivery(settle(first!, { kind: 'delivered', reference: { ts: '1' } }, now, 0));
      assert.deepEqual(await store().dueDeliveries('slack', now, 10, Number.MAX_SAFE_INTEGER, false), []);
      assert.equal(await store().nextDueAt('slack', false), undefined);
      assert.deepEqual(await store().heldDeliveries('slack', false, 5, now), { count: 0, worst: [] });
      const held = await store().heldDeliveries('slack', true, 1, now);
      assert.deepEqual([held.count, held.worst.map(({ severity }) => severity)], [2, ['high']]);
      assert.deepEqual(await store().dueDeliveries('slack', now, 10), [], 'they are the digest’s');
      assert.equal((await store().dueDeliveries('mail', now, 10)).length, 3);
      const digest = { reference: { ts: '2' }, count: 2, since: now, shownAt: now, edits: 0 };
      const state = { bucket: { tokens: 0, at: now }, digest };
      assert.equal(await store().readChannel('slack'), undefined);
      await store().settleHeld('slack', state, { at: now, kind: 'digested' });
      assert.deepEqual(await store().readChannel('slack'), state);
      assert.deepEqual(await store().heldDeliveries('slack', true, 5, now), { count: 0, worst: [] });
      assert.deepEqual(await store().countPending(), [{ receiver: 'mail', pending: 3, oldestSince: now }]);
      const { items } = await store().listDeliveries({ receiver: 'slack', limit: 10 });
      const [told] = items.filter(({ inDigest }) => inDigest);
      const again = await store().retryDelivery('slack', told!.incident.key, 'alice', now);
      assert.deepEqual([again?.inDigest, again?.shownRevision], [false, 0]);
      assert.equal((await store().dueDeliveries('slack', now, 10)).length, 1);
      assert.equal(await store().retryDelivery('slack', 'nothing', 'alice', now), undefined);
    },
  );

  fresh(
    'tries what was refused for good once more if somebody wants it, and leaves alone what is shown',
    async () => {
      await store().record([errorEvent()], now);
      await alert();
      const [delivery] = await store().dueDeliveries('slack', now, 1);
      await store().settleDelivery(settle(delivery!, { kind: 'rejected', reason: 'msg_too_long' }, now, 0));
      assert.deepEqual(await store().dueDeliveries('slack', now + 1e9, 1), []);
      await store().retryDelivery('slack', delivery!.incident.key, 'alice', now);
      const [again] = await store().dueDeliveries('slack', now, 1);
      await store().settleDelivery(settle(again!, { kind: 'delivered', reference: { ts: '1' } }, now, 0));
      const shown = await store().retryDelivery('slack', delivery!.incident.key, 'alice', now);
      assert.equal(shown?.shownRevision, shown?.wantedRevision);
    },
  );

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
    assert.deepEqual(
      [edit?.reference, edit?.shownRevision, edit?.incident.issue?.count],
      [{ ts: '1' }, 1, 2],
    );
    await store().changeIssue(edit!.incident.issue!.id, resolve, 'alice', now);
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

  /** Stores what was recorded, or an end of it, as `held` says of each receiver; `withheld` from those named. */
  const step = async (
    of: IssueIncident | undefined,
    held: Record<string, string>,
    withheld: readonly string[] = [],
  ): Promise<IssueIncident> => {
    const pending = await store().pendingChanges(10);
    const [incident] = of === undefined ? evaluateChanges(pending, now, issueRuleDefaults) : [of];
    const { key } = incident!;
    await store().commitStep({
      cursor: pending.at(-1)?.change.seq ?? 0,
      at: now,
      incidents: [incident!],
      receivers: ['slack', 'mail'],
      withheld: { [key]: withheld },
      held: { [key]: held },
    });
    return incident!;
  };
  const endOf = (incident: IssueIncident): IssueIncident =>
    nextIncident(incident, 'quiet', incident.issue, now, issueRuleDefaults)!;
  const states = async (): Promise<Record<string, string>> => {
    const { items } = await store().listDeliveries({ limit: 10 });
    return Object.fromEntries(
      items.map(({ receiver, state, heldBy }) => [
        receiver,
        state + (heldBy === undefined ? '' : ` ${heldBy}`),
      ]),
    );
  };
  const show = async (receiver: string): Promise<void> => {
    const [due] = await store().dueDeliveries(receiver, now, 10);
    assert.ok(await store().claimDelivery(receiver, due!.incident.key, now));
    await store().settleDelivery(settle(due!, { kind: 'delivered', reference: { ts: '1' } }, now, 0));
  };

  fresh('gives nothing that is held, and counts it as nothing that waits for its receiver', async () => {
    await store().record([errorEvent()], now);
    const incident = await step(undefined, { slack: 'night' });
    assert.deepEqual(await states(), { slack: 'held night', mail: 'pending' });
    assert.deepEqual(await store().dueDeliveries('slack', now, 10), []);
    assert.equal(await store().nextDueAt('slack'), undefined);
    assert.equal(await store().claimDelivery('slack', incident.key, now), false);
    assert.deepEqual(
      (await store().countPending()).map(({ receiver }) => receiver),
      ['mail'],
    );
    await opened.reopen();
    assert.deepEqual(await states(), { slack: 'held night', mail: 'pending' });
    const { key } = incident;
    await store().commitStep({ cursor: 0, at: now + 9, incidents: [incident], receivers: ['slack', 'mail'] });
    const [due] = await store().dueDeliveries('slack', now, 10);
    assert.deepEqual([due?.incident.key, due?.wantedSince], [key, now + 9]);
    assert.equal((await store().dueDeliveries('mail', now, 10))[0]?.wantedSince, now);
  });

  fresh('never shows what ended while it was held, but its end to whom it was shown', async () => {
    await store().record([errorEvent()], now);
    const incident = await step(undefined, { slack: 'night' });
    await show('mail');
    const ended = await step(endOf(incident), { slack: 'night', mail: 'night' });
    assert.deepEqual(await states(), { mail: 'held night' });
    await step(ended, {});
    assert.deepEqual(await states(), { mail: 'pending' });
    await store().record([errorEvent({ fingerprint: '1:other' })], now);
    const other = await step(undefined, { slack: 'night', mail: 'night' });
    await step(endOf(other), {});
    assert.deepEqual(await states(), { mail: 'pending' });
    assert.equal((await store().dueDeliveries('mail', now, 10))[0]?.incident.state, 'ended');
  });

  fresh('never shows what was held until the very moment in which it ended', async () => {
    await store().record([errorEvent()], now);
    const incident = await step(undefined, { slack: 'night' });
    const ended = await step(endOf(incident), {});
    assert.deepEqual(await states(), { mail: 'pending' });
    await step(ended, {});
    assert.deepEqual(await states(), { mail: 'pending' });
  });

  fresh('shows how an incident goes on to whom it is not for any more, if it was shown', async () => {
    await store().record([errorEvent()], now);
    const incident = await step(undefined, {});
    await show('mail');
    assert.deepEqual(await states(), { slack: 'pending', mail: 'shown' });
    const grown = { ...incident, revision: 2 };
    await step(grown, {}, ['slack', 'mail']);
    assert.deepEqual(await states(), { mail: 'pending' });
    await step(grown, {}, ['mail']);
    assert.deepEqual(await states(), { slack: 'pending', mail: 'pending' });
  });

  const stored = (incident: Incident): unknown => JSON.parse(JSON.stringify(incident));

  fresh('keeps incidents that are about no issue beside the others, and tells of them alike', async () => {
    await store().record([errorEvent({ service: 'shop' })], now);
    const about = await step(undefined, {});
    const silent = conditionIncident({ service: 'shop', alertname: 'TelemetrySilent', severity: 'critical' });
    await store().commitStep({ cursor: 0, at: now, incidents: [silent], receivers: ['slack'] });
    await opened.reopen();
    assert.deepEqual((await store().firingConditions(10, '')).map(stored), [stored(silent)]);
    const quiet = await store().quietIncidents(Number.MAX_SAFE_INTEGER, now, 10);
    assert.deepEqual(
      quiet.map(({ key }) => key),
      [about.key],
    );
    const due = await store().dueDeliveries('slack', now, 10);
    assert.deepEqual(
      due.map(({ incident }) => incident.alertname),
      ['TelemetrySilent', 'NewIssue'],
    );
    const listed = await store().listIncidents({ limit: 10, service: 'shop', severities: ['critical'] });
    assert.deepEqual(listed.items.map(stored), [stored(silent)]);
    const firing = (await store().countFiring()).map(({ alertname, incidents }) => [alertname, incidents]);
    assert.deepEqual(Object.fromEntries(firing), { NewIssue: 1, TelemetrySilent: 1 });
    const over = { ...silent, state: 'ended', revision: 2, stateRevision: 2, endsAt: now } as const;
    await store().commitStep({ cursor: 0, at: now, incidents: [over], receivers: ['slack'] });
    assert.deepEqual(await store().firingConditions(10, ''), []);
  });

  fresh(
    'knows the incidents during which a version appeared, and the newest of those, until it is in them',
    async () => {
      const heard = (version: string, at: number, service = 'checkout', environment = 'production') =>
        store().noteVersions([{ service, environment, version, at }]);
      const deployed = (at = now + 200_000) => store().deployedIncidents(at, 10);
      await store().record([errorEvent()], now);
      await heard('1.4.1', now - 1);
      const incident = await step(undefined, {});
      assert.deepEqual(await deployed(), []);
      await heard('1.4.3', now + 60_000, 'checkout', 'staging');
      await heard('1.4.3', now + 60_000, 'till');
      assert.deepEqual(await deployed(), []);
      await heard('1.4.4', now + 90_000);
      await heard('1.4.3', now + 80_000);
      assert.deepEqual(await deployed(now + 70_000), [], 'the clock was set back since');
      const found = await deployed();
      assert.deepEqual(
        found.map((each) => [each.incident.key, each.version, each.at]),
        [[incident.key, '1.4.4', now + 90_000]],
      );
      await opened.reopen();
      assert.deepEqual(await deployed(), found);
      const [known] = evaluateDeployments(found, () => undefined);
      await step(known, {});
      assert.deepEqual(await deployed(), []);
      await heard('1.4.5', now + 100_000);
      const [next] = await deployed();
      assert.deepEqual(next?.incident, known);
      await step(endOf(known!), {});
      assert.deepEqual(await deployed(), []);
    },
  );

  fresh('drops nothing of which a try is under way', async () => {
    await store().record([errorEvent()], now);
    const incident = await step(undefined, {});
    const [due] = await store().dueDeliveries('slack', now, 10);
    await store().claimDelivery('slack', incident.key, now);
    await step(incident, {}, ['slack']);
    await store().settleDelivery(settle(due!, { kind: 'delivered', reference: { ts: '1' } }, now, 0));
    await step(endOf(incident), {}, ['slack']);
    const [last] = await store().dueDeliveries('slack', now, 10);
    assert.deepEqual(last?.reference, { ts: '1' });
  });

  fresh('knows since when something waits, however often it is stored again', async () => {
    await store().record([errorEvent()], now);
    const incident = await step(undefined, {});
    await show('slack');
    const since = async (): Promise<number[]> =>
      (await store().listDeliveries({ limit: 10 })).items.map(({ wantedSince }) => wantedSince - now);
    const receivers = ['slack', 'mail'];
    await store().commitStep({ cursor: 0, at: now + 5, incidents: [incident], receivers });
    assert.deepEqual(await since(), [0, 0]);
  });

  fresh('gives what stands, page by page: what fires, and what is still to be shown', async () => {
    for (const name of ['a', 'b', 'c']) await store().record([errorEvent({ fingerprint: `1:${name}` })], now);
    const pending = await store().pendingChanges(10);
    const [first, second, third] = evaluateChanges(pending, now, issueRuleDefaults);
    const cursor = pending.at(-1)!.change.seq;
    const held = { [second!.key]: { slack: 'night' } };
    const incidents = [first!, second!, third!];
    await store().commitStep({ cursor, at: now, incidents, receivers: ['slack'], held });
    for (let i = 0; i < 2; i++) await show('slack');
    const over = [endOf(first!), endOf(third!)];
    await store().commitStep({ cursor, at: now, incidents: over, receivers: ['slack'] });
    await show('slack');
    const shown = (await store().listDeliveries({ limit: 10, states: ['shown'] })).items[0]!.incident.key;
    const stands: Record<string, string> = {};
    let after = '';
    for (;;) {
      const page = await store().standingIncidents(1, after);
      if (page.length === 0) break;
      const [{ incident, deliveries }] = page as [(typeof page)[0]];
      const [{ heldBy, wasShown }] = deliveries as [(typeof deliveries)[0]];
      after = incident.key;
      stands[incident.key] = `${incident.state} ${heldBy} ${wasShown}`;
    }
    assert.deepEqual(stands, {
      [second!.key]: 'firing night false',
      [over.find(({ key }) => key !== shown)!.key]: 'ended undefined true',
    });
  });

  fresh('shows an incident to all but those that it is withheld from', async () => {
    await store().record([errorEvent({ fingerprint: '1:a' }), errorEvent({ fingerprint: '1:b' })], now);
    const pending = await store().pendingChanges(10);
    const incidents = evaluateChanges(pending, now, issueRuleDefaults);
    const receivers = ['slack', 'mail'];
    const withheld = { [incidents[0]!.key]: ['slack'] };
    await store().commitStep({ cursor: pending.at(-1)!.change.seq, at: now, incidents, receivers, withheld });
    const due = async (receiver: string): Promise<number> =>
      (await store().dueDeliveries(receiver, now, 10)).length;
    assert.deepEqual([await due('slack'), await due('mail')], [1, 2]);
  });

  fresh('gives what was tried in vain last, of a receiver that fails', async () => {
    await store().record([errorEvent({ fingerprint: '1:a', severity: 'critical' })], now);
    await store().record([errorEvent({ fingerprint: '1:b' }), errorEvent({ fingerprint: '1:c' })], now);
    await alert();
    const order = async (failingSince?: number): Promise<string[]> => {
      const due = await store().dueDeliveries('slack', now + 1_000, 10, failingSince);
      return due.map(({ incident }) => incident.issue!.fingerprint);
    };
    const [worst, second] = await store().dueDeliveries('slack', now, 10);
    await store().claimDelivery('slack', worst!.incident.key, now + 10);
    await store().claimDelivery('slack', second!.incident.key, now + 20);
    assert.deepEqual((await order()).slice(0, 1), ['1:a']);
    const others = ['1:b', '1:c'].filter((each) => each !== second!.incident.issue!.fingerprint);
    assert.deepEqual(await order(now + 5), [...others, '1:a', second!.incident.issue!.fingerprint]);
  });

  fresh('gives the worst of what is new first', async () => {
    const severities = ['high', 'critical', 'high'] as const;
    await store().record(
      severities.map((severity, i) => errorEvent({ fingerprint: `1:${i}`, severity })),
      now,
    );
    await alert();
    const due = await store().dueDeliveries('slack', now, 10);
    assert.equal(due[0]?.incident.severity, 'critical');
    assert.equal(due.length, 3);
  });

  fresh('knows which incidents have not been heard of for long', async () => {
    await store().record([errorEvent()], now);
    await alert();
    assert.deepEqual(await store().quietIncidents(now, now, 10), []);
    const [quiet] = await store().quietIncidents(now + 1, now + 1, 10);
    assert.equal(quiet?.state, 'firing');
    const [setBack] = await store().quietIncidents(now - 2_000, now - 1_000, 10);
    assert.equal(setBack?.state, 'firing');
  });

  fresh('keeps what is known of jobs and tasks over a restart, the last word of each', async () => {
    const record = taskRecord({ lastRunAt: now });
    const failed = taskRecord({ kind: 'task', lastFailure: { at: now, traceId: 'a', issueId: undefined } });
    await store().keepTasks([taskRecord({ lastRunAt: now - 5 }), failed], 10);
    await store().keepTasks([record], 10);
    await opened.reopen();
    assert.deepEqual(JSON.stringify(await store().readTasks(10)), JSON.stringify([record, failed]));
  });

  fresh('forgets the tasks that ran before the last so many', async () => {
    const names = async (most: number): Promise<string[]> =>
      (await store().readTasks(most)).map(({ name }) => name);
    const run = (index: number) => taskRecord({ name: String(index), lastRunAt: now + index });
    await store().keepTasks([1, 2, 3].map(run), 3);
    assert.deepEqual(await names(2), ['3', '2']);
    await store().keepTasks([5, 4].map(run), 3);
    assert.deepEqual(await names(10), ['5', '4', '3']);
  });

  fresh('stores text that would break JSON, SQL or a terminal as it is', async () => {
    const message = "Robert'); DROP TABLE issues;-- \u0000 \u001b[31m \u2028 \ud83d\ude00";
    await store().record([errorEvent({ message })], now);
    assert.equal((await store().listIssues({ limit: 1 })).items[0]?.message, message);
  });
}

/** Every item of a list, as one reads it who follows the cursors. */
async function pagesOf<T>(list: (page: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let page: { cursor?: string } | undefined = {};
  while (page !== undefined) {
    const { items: more, nextCursor }: Page<T> = await list(page);
    items.push(...more);
    page = nextCursor === undefined ? undefined : { cursor: nextCursor };
  }
  return items;
}
