import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { issueId } from '../../src/issues/identity.ts';
import type { Issue } from '../../src/issues/issue.ts';
import type { CountedEvent } from '../../src/issues/issue-store.ts';
import { Database } from '../../src/store/sqlite/database.ts';
import { openEngine } from '../../src/store/sqlite/engine.ts';
import type { SynchronousStore } from '../../src/store/store.ts';
import { temporaryDirectory } from '../config/support.ts';
import { day, largeEvent, now } from './retention-conformance.ts';

const retention = { maxAgeMillis: 10 * day, maxBytes: 2 ** 20 };
const issues = Array.from({ length: 6 }, (_, i) => `1:${i}`);

/** What somebody does to a store. */
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      issue: fc.nat(issues.length - 1),
      events: fc.integer({ min: 1, max: 12 }),
      counted: fc.integer({ min: 0, max: 5 }),
      /** How late it comes, or by how much its clock is wrong. */
      lateMillis: fc.integer({ min: -day, max: 30 * day }),
      bytes: fc.integer({ min: 10, max: 40_000 }),
      shared: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('resend' as const), number: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('resolve' as const, 'reopen' as const, 'ignore' as const),
      issue: fc.nat(issues.length - 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      millis: fc.oneof(fc.nat(day / 24), fc.nat(8 * day)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('maintain' as const), steps: fc.integer({ min: 1, max: 20 }) }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** A store, and what must be true of it. */
class Model {
  readonly store: SynchronousStore;
  private at = now;
  private events = 0;
  private readonly counts = new Map<string, number>();
  private before: readonly Issue[] = [];
  private recent: { event: ErrorEvent; at: number }[] = [];

  constructor(store: SynchronousStore) {
    this.store = store;
  }

  do(action: Action): void {
    switch (action.do) {
      case 'record':
        return this.record(action);
      case 'resend': {
        // Later than that a sender has given up.
        this.recent = this.recent.filter(({ at }) => this.at - at < day / 2);
        const again = this.recent[action.number % Math.max(1, this.recent.length)];
        if (again !== undefined) assert.deepEqual(this.store.record([again.event], this.at), []);
        return;
      }
      case 'wait':
        this.at += action.millis;
        return;
      case 'maintain':
        for (let step = 0; step < action.steps; step++) this.store.maintain(this.at);
        return;
      case 'resolve':
        this.store.changeIssue(
          idOf(action.issue),
          { kind: 'resolve', inNextVersion: false },
          'alice',
          this.at,
        );
        return;
      case 'reopen':
      case 'ignore':
        this.store.changeIssue(idOf(action.issue), { kind: action.do }, 'alice', this.at);
        return;
    }
  }

  private record(given: Extract<Action, { do: 'record' }>): void {
    const id = idOf(given.issue);
    // What was resolved long ago is new when it comes back.
    if (this.store.getIssue(id) === undefined) this.counts.delete(id);
    const events = Array.from({ length: given.events }, () => this.event(given));
    const counted = Array.from({ length: given.counted }, () => countedOf(this.event(given)));
    assert.equal(this.store.record(events, this.at, counted).length, events.length + counted.length);
    this.counts.set(id, (this.counts.get(id) ?? 0) + events.length + counted.length);
    this.recent.push(...events.map((event) => ({ event, at: this.at })));
  }

  private event({ issue, lateMillis, bytes, shared }: Extract<Action, { do: 'record' }>): ErrorEvent {
    const number = shared ? 0 : ++this.events;
    const id = (++this.events).toString(16).padStart(32, '0');
    return largeEvent({
      number,
      bytes: shared ? 100 : bytes,
      id,
      fingerprint: issues[issue]!,
      time: this.at - lateMillis,
    });
  }

  check(): void {
    const { items: found } = this.store.listIssues({ limit: 100 });
    for (const issue of found) {
      assert.equal(issue.count, this.counts.get(issue.id), `the count of ${issue.fingerprint}`);
      const { items } = this.store.listEvents({ issueId: issue.id, limit: 1 });
      assert.equal(items.length, 1, `${issue.fingerprint}, ${issue.state}, has no event`);
    }
    const ids = new Set(found.map(({ id }) => id));
    for (const before of this.before) {
      if (!ids.has(before.id)) assert.equal(before.state, 'resolved', `${before.fingerprint} is gone`);
    }
    this.before = found;
  }
}

suite('under any sequence of what may happen to a store', () => {
  test('no issue loses its last event, counts stay exact, and nothing is left over', (t) => {
    const directory = temporaryDirectory(t);
    let runs = 0;
    fc.assert(
      fc.property(fc.array(action, { minLength: 20, maxLength: 120 }), (actions) => {
        const path = `${directory}/${++runs}.db`;
        const engine = openEngine(path, retention, () => 0);
        try {
          const model = new Model(engine.store);
          for (const each of actions) {
            model.do(each);
            model.check();
          }
        } finally {
          engine.close();
        }
        checkFile(path);
      }),
      { seed: 4, numRuns: 25, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true },
    );
  });
});

/** What the store does not say of itself. */
function checkFile(path: string): void {
  const database = new Database(path, retention.maxBytes);
  const rows = (sql: string): unknown[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  const none: [promise: string, sql: string][] = [
    [
      'each issue knows how many events are kept',
      'SELECT id FROM issues WHERE kept <> (SELECT count(*) FROM events WHERE issue_id = issues.id)',
    ],
    [
      'the last event of each issue is marked, and no other',
      `SELECT id FROM events WHERE is_last <> (id = (
        SELECT id FROM events AS other WHERE other.issue_id = events.issue_id ORDER BY time DESC, id DESC LIMIT 1))`,
    ],
    ['each stack is used', 'SELECT id FROM stacks WHERE id NOT IN (SELECT stack_id FROM events)'],
    ['each kind is used', 'SELECT id FROM event_kinds WHERE id NOT IN (SELECT kind_id FROM events)'],
    ['each reference leads to something', 'PRAGMA foreign_key_check'],
  ];
  for (const [promise, sql] of none) assert.deepEqual(rows(sql), [], promise);
  assert.deepEqual(rows('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  database.close();
}

function idOf(issue: number): string {
  return issueId('checkout', 'production', issues[issue]!);
}

function countedOf(event: ErrorEvent): CountedEvent {
  const { id, otherId, time, version, traceId, service, environment, fingerprint } = event;
  return { id, otherId, time, version, traceId, issueId: issueId(service, environment, fingerprint) };
}
