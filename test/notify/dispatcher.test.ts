import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ToldTogether } from '../../src/notify/group-store.ts';
import type { Incident, IssueIncident } from '../../src/alerting/incident.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import type { Page } from '../../src/issues/issue-store.ts';
import type { CircumstanceStore } from '../../src/notify/circumstances.ts';
import { type Delivery, longestPauseMillis, type Settlement } from '../../src/notify/delivery.ts';
import type { DeliveryStore, HeldDeliveries, PendingDeliveries } from '../../src/notify/delivery-store.ts';
import { Dispatcher } from '../../src/notify/dispatcher.ts';
import { Links, parseLink } from '../../src/notify/links.ts';
import { incidentMessage } from '../../src/notify/incident-message.ts';
import { Events } from '../../src/telemetry/events.ts';
import { errorEvent, issue } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { TestClock } from '../support/test-clock.ts';

/** Deliveries in memory, due by the rules that DeliveryStore states. */
class DeliveriesInMemory implements DeliveryStore, CircumstanceStore {
  private readonly rows = new Map<string, Delivery & { retryAt: number; editNotBefore: number }>();
  broken = false;
  isFull = false;
  /** Keys of those that were put off after they had been fetched. */
  readonly held = new Set<string>();

  want(incident: IssueIncident): void {
    const row = this.rows.get(incident.key) ?? {
      receiver: 'recorder',
      shownRevision: 0,
      reference: undefined,
      edits: 0,
      reposts: 0,
      wantedSince: 0,
      triedAt: 0,
      failures: 0,
      inDigest: false,
      retryAt: 0,
      editNotBefore: 0,
    };
    this.rows.set(incident.key, { ...row, incident });
  }

  async dueDeliveries(
    _receiver: string,
    now: number,
    _limit: number,
    failingSince = Infinity,
  ): Promise<readonly Delivery[]> {
    await Promise.resolve();
    if (this.broken) throw new Error('the store is broken');
    const rank = ({ triedAt }: Delivery): number => (triedAt < failingSince ? 0 : triedAt);
    return this.wanted()
      .sort((a, b) => rank(a) - rank(b))
      .filter((row) => dueAt(row) <= now || dueAt(row) > now + longestPauseMillis);
  }

  nextDueAt(): Promise<number | undefined> {
    const times = this.wanted().map(dueAt);
    return Promise.resolve(times.length === 0 ? undefined : Math.min(...times));
  }

  claimDelivery(_receiver: string, key: string, at: number): Promise<boolean> {
    if (this.held.has(key)) return Promise.resolve(false);
    this.rows.set(key, { ...this.rows.get(key)!, triedAt: at });
    return Promise.resolve(true);
  }

  settleDelivery(settlement: Settlement): Promise<void> {
    if (this.isFull) return Promise.reject(new Error('the disk is full'));
    const row = this.rows.get(settlement.incidentKey)!;
    this.rows.set(settlement.incidentKey, { ...row, ...settlement });
    return Promise.resolve();
  }

  fallBack(): Promise<number> {
    return Promise.resolve(0);
  }

  setDryRun(): Promise<boolean> {
    return Promise.resolve(false);
  }

  forgetPauses(): Promise<void> {
    for (const [key, row] of this.rows) this.rows.set(key, { ...row, retryAt: 0 });
    return Promise.resolve();
  }

  trends(): Promise<Record<string, number[]>> {
    return Promise.resolve({});
  }

  listEvents(): Promise<Page<ErrorEvent>> {
    return Promise.resolve({ items: [errorEvent({ traceId: 'abc' })], nextCursor: undefined });
  }

  heldDeliveries(): Promise<HeldDeliveries> {
    return Promise.resolve({ count: 0, worst: [] });
  }

  settleHeld(): Promise<void> {
    return Promise.resolve();
  }

  readChannel(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  keepChannel(): Promise<void> {
    return Promise.resolve();
  }

  claimGroup(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  releaseGroup(): Promise<void> {
    return Promise.resolve();
  }

  settleGroup(settlement: Settlement): Promise<void> {
    return this.settleDelivery(settlement);
  }

  toldTogether(): Promise<ToldTogether> {
    return Promise.resolve({ count: 0, worst: [] });
  }

  countPending(): Promise<readonly PendingDeliveries[]> {
    return Promise.resolve([]);
  }

  private wanted() {
    return [...this.rows.values()].filter(
      ({ incident, shownRevision }) => shownRevision < incident.revision && !this.held.has(incident.key),
    );
  }
}

function dueAt(row: {
  retryAt: number;
  editNotBefore: number;
  shownRevision: number;
  incident: Incident;
}): number {
  return Math.max(row.retryAt, row.shownRevision < row.incident.stateRevision ? 0 : row.editNotBefore);
}

function incident(fingerprint = '1:a'): IssueIncident {
  return nextIncident(undefined, 'created', issue({ fingerprint }), 0, issueRuleDefaults)!;
}

function grown(before: IssueIncident): IssueIncident {
  return { ...before, revision: before.revision + 1 };
}

function closed(before: IssueIncident): IssueIncident {
  return {
    ...before,
    state: 'ended',
    endReason: 'resolved',
    revision: before.revision + 1,
    stateRevision: before.revision + 1,
  };
}

function setUp() {
  const clock = new TestClock();
  const store = new DeliveriesInMemory();
  const receiver = new RecordingReceiver();
  const log = new RecordingLog();
  const registry = new MetricRegistry();
  const dispatcher = new Dispatcher(receiver, {
    clock,
    store,
    events: new Events(registry, log, new SeriesBudget(1000)),
    random: () => 0,
    links: new Links({ trace: parseLink('https://tempo.example/trace/{{ trace_id }}') }),
  });
  const settled = async (): Promise<void> => {
    await eventually('the dispatcher to be at rest', () => clock.pendingTimers > 0);
  };
  const wake = async (): Promise<void> => {
    dispatcher.wake();
    await settled();
  };
  const advance = async (millis: number): Promise<void> => {
    clock.advance(millis);
    await settled();
  };
  const metric = (outcome: string): string | undefined =>
    new RegExp(`tocsin_notifications_total.*outcome="${outcome}"} (\\d+)`).exec(
      [...registry.expose()].join(''),
    )?.[1];
  const delays = (): string | undefined =>
    /tocsin_detection_delay_seconds_count\{service_name="checkout"} (\d+)/.exec(
      [...registry.expose()].join(''),
    )?.[1];
  return { clock, store, receiver, log, dispatcher, settled, wake, advance, metric, delays };
}

suite('a dispatcher', () => {
  test('posts an incident once and edits that message as it goes on', async () => {
    const { store, receiver, wake, advance, metric, dispatcher } = setUp();
    const first = incident();
    store.want(first);
    await wake();
    store.want(grown(first));
    await wake();
    assert.equal(receiver.shown.length, 1, 'an edit is not due yet');
    await advance(10_000);
    assert.deepEqual(
      receiver.shown.map((shown) => shown.in),
      [undefined, { post: '1' }],
    );
    assert.equal(metric('delivered'), '2');
    await dispatcher.stop();
  });

  test('observes how long it took until people were told, when they are told first', async () => {
    const { store, receiver, wake, advance, delays, dispatcher } = setUp();
    receiver.outcomes.push({ kind: 'failed', reason: 'timeout' });
    const first = incident();
    store.want(first);
    await wake();
    assert.equal(delays(), undefined, 'nobody was told yet');
    await advance(2_000);
    assert.equal(delays(), '1');
    store.want(grown(first));
    await wake();
    await advance(10_000);
    assert.equal(receiver.shown.length, 3);
    assert.equal(delays(), '1', 'an edit is no news');
    await dispatcher.stop();
  });

  test('does not take the time for a delay in which it was to wait', async () => {
    const { store, receiver, wake, delays } = setUp();
    store.want({ ...incident(), startsAt: -1 });
    await wake();
    assert.deepEqual([receiver.shown.length, delays()], [1, undefined]);
  });

  test('shows only the last of what changed between two edits', async () => {
    const { store, receiver, wake, advance } = setUp();
    let current = incident();
    store.want(current);
    await wake();
    for (let i = 0; i < 100; i++) {
      current = grown(current);
      store.want(current);
      await wake();
    }
    await advance(10_000);
    assert.equal(receiver.shown.length, 2);
  });

  test('does not show what was put off after it had been fetched', async () => {
    const { store, receiver, wake } = setUp();
    const [first, second] = [incident('1:a'), incident('1:b')];
    store.want(first);
    store.want(second);
    receiver.refuses = () => {
      store.held.add(second.key);
      return false;
    };
    await wake();
    assert.equal(receiver.shown.length, 1);
    store.held.clear();
    await wake();
    assert.equal(receiver.shown.length, 2);
  });

  test('shows the end of an incident at once', async () => {
    const { store, receiver, wake } = setUp();
    store.want(incident());
    await wake();
    store.want(closed(incident()));
    await wake();
    assert.deepEqual(
      receiver.shown.map(({ message }) => message.state),
      ['firing', 'ended'],
    );
  });

  test('waits as long as a receiver that throttles says, with everything it has for it', async () => {
    const { store, receiver, wake, advance } = setUp();
    receiver.outcomes.push({ kind: 'throttled', retryAfterMillis: 7000 });
    store.want(incident('1:a'));
    store.want(incident('1:b'));
    await wake();
    await wake();
    await advance(6_999);
    assert.equal(receiver.shown.length, 1);
    await advance(1);
    assert.equal(receiver.shown.length, 3);
  });

  test('tries again after a failure, later each time, until it works', async () => {
    const { store, receiver, wake, advance, dispatcher, metric } = setUp();
    for (let i = 0; i < 3; i++) receiver.outcomes.push({ kind: 'failed', reason: 'HTTP 500' });
    store.want(incident());
    await wake();
    assert.equal(dispatcher.health.problem, 'HTTP 500');
    for (const [delay, tries] of [
      [1000, 2],
      [2000, 3],
      [4000, 4],
    ] as const) {
      await advance(delay - 1);
      assert.equal(receiver.shown.length, tries - 1);
      await advance(1);
      assert.equal(receiver.shown.length, tries);
    }
    assert.equal(dispatcher.health.problem, undefined);
    assert.deepEqual([metric('failed'), metric('delivered')], ['3', '1']);
  });

  test('posts anew what cannot be edited any more', async () => {
    const { store, receiver, wake, advance } = setUp();
    store.want(incident());
    await wake();
    receiver.outcomes.push({ kind: 'gone', reason: 'message_not_found' });
    store.want(grown(incident()));
    await wake();
    await advance(10_000);
    assert.deepEqual(
      receiver.shown.map((shown) => shown.in),
      [undefined, { post: '1' }, undefined],
    );
  });

  test('does not flood a chat in which messages cannot be edited', async () => {
    const { store, receiver, wake, advance } = setUp();
    receiver.forbidsEdits = true;
    let current = incident();
    store.want(current);
    await wake();
    for (let i = 0; i < 80; i++) {
      current = grown(current);
      store.want(current);
      await wake();
      await advance(45_000);
    }
    const posts = (): number => receiver.shown.filter((shown) => shown.in === undefined).length;
    assert.equal(posts(), 2, 'the message, and once more');
    store.want(closed(current));
    await wake();
    assert.equal(posts(), 3, 'the end is told');
  });

  test('gives others their turn while one is refused again and again', async () => {
    const { store, receiver, wake, advance } = setUp();
    store.want(incident('1:a'));
    store.want(incident('1:b'));
    receiver.outcomes.push({ kind: 'refused', reason: 'x', remedy: 'y' });
    await wake();
    assert.equal(receiver.shown.length, 1);
    await advance(60_000);
    assert.deepEqual(new Set(receiver.shown.map(({ message }) => message.footer)).size, 2);
  });

  test('links to where the configuration says', async () => {
    const { store, receiver, wake } = setUp();
    store.want(incident());
    await wake();
    assert.deepEqual(receiver.shown[0]?.message.links, [
      { text: 'Trace', url: 'https://tempo.example/trace/abc' },
    ]);
  });

  test('edits the message of an issue that is back at once, and says that it is', async () => {
    const { store, receiver, wake } = setUp();
    const first = incident();
    store.want(first);
    await wake();
    const resolved = { ...first.issue, state: 'resolved', resolvedAt: 1, resolvedBy: 'alice' } as const;
    const ended = nextIncident(first, 'resolved', resolved, 1, issueRuleDefaults)!;
    store.want(ended);
    await wake();
    const back = { ...resolved, state: 'regressed' } as const;
    store.want(nextIncident(ended, 'regressed', back, 2, issueRuleDefaults)!);
    await wake();
    assert.deepEqual(
      receiver.shown.map((shown) => [shown.message.state, shown.message.news.length, shown.in !== undefined]),
      [
        ['firing', 0, false],
        ['ended', 1, true],
        ['firing', 1, true],
      ],
    );
  });

  test('tells what is new, however many others fail for ever', async () => {
    const { store, receiver, wake, advance } = setUp();
    for (const i of [1, 2, 3, 4, 5]) store.want(incident(`1:bad ${i}`));
    const bad = new Set([1, 2, 3, 4, 5].map((i) => incidentMessage(incident(`1:bad ${i}`), 0).footer));
    receiver.refuses = ({ footer }) => bad.has(footer);
    await wake();
    for (let i = 0; i < 20; i++) await advance(60_000);
    const before = receiver.shown.length;
    store.want(incident('1:new'));
    await wake();
    for (let i = 0; i < 3; i++) await advance(60_000);
    const told = (): number =>
      receiver.shown.slice(before).filter(({ message }) => !bad.has(message.footer)).length;
    assert.equal(told(), 1);
    for (let i = 0; i < 5; i++) await advance(60_000);
    store.want(incident('1:newer'));
    await wake();
    assert.equal(told(), 2, 'those that fail by themselves pause nobody');
  });

  test('does not send again what it could not note as sent', async () => {
    const { store, receiver, wake, advance } = setUp();
    store.isFull = true;
    store.want(incident());
    await wake();
    for (let i = 0; i < 20; i++) {
      await wake();
      await advance(30_000);
    }
    assert.equal(receiver.shown.length, 1);
    store.isFull = false;
    store.want(incident('1:b'));
    await advance(30_000);
    assert.equal(receiver.shown.length, 2);
  });

  test('pauses for as long as was said when the clock is set in the meantime', async () => {
    const { store, receiver, wake, advance, clock } = setUp();
    receiver.outcomes.push({ kind: 'throttled', retryAfterMillis: 7000 });
    store.want(incident());
    await wake();
    clock.setWall(-86_400_000);
    await advance(7_000);
    await advance(30_000);
    assert.equal(receiver.shown.length, 2);
  });

  test('does not send again what was rejected, and goes on with the next', async () => {
    const { store, receiver, wake, advance } = setUp();
    receiver.outcomes.push({ kind: 'rejected', reason: 'invalid_blocks' });
    store.want(incident('1:a'));
    store.want(incident('1:b'));
    await wake();
    await advance(60_000);
    assert.equal(receiver.shown.length, 2);
  });

  test('says loudly at the start that a receiver is set up wrongly, and how to mend it', async () => {
    const { store, receiver, log, wake, advance, dispatcher, settled } = setUp();
    receiver.verifications.push({ kind: 'refused', reason: 'invalid_auth', remedy: 'Set a good token.' });
    await dispatcher.start();
    await settled();
    assert.match(log.errors.join(), /NOBODY IS TOLD.*Set a good token/);
    assert.equal(dispatcher.health.problem, 'invalid_auth');
    store.want(incident());
    await wake();
    assert.equal(receiver.shown.length, 0);
    await advance(60_000);
    assert.equal(receiver.shown.length, 1, 'it is asked again, and what was held back is shown');
    assert.equal(log.errors.length, 1, 'it is said once');
  });

  test('tells a receiver that cannot edit only of the beginning and the end', async () => {
    const { store, receiver, wake, advance } = setUp();
    receiver.canEdit = false;
    store.want(incident());
    await wake();
    store.want(grown(incident()));
    await advance(60_000);
    store.want(closed(grown(incident())));
    await wake();
    assert.deepEqual(
      receiver.shown.map(({ message }) => message.state),
      ['firing', 'ended'],
    );
  });

  test('tells what is wrong with a receiver that shows things all the same, once while it goes on', async () => {
    const { store, receiver, log, dispatcher, wake } = setUp();
    const problem = 'one of two servers is down';
    const reference = { post: 'x' };
    receiver.outcomes.push(
      { kind: 'delivered', reference, problem },
      { kind: 'delivered', reference, problem },
    );
    store.want(incident());
    await wake();
    assert.deepEqual(dispatcher.health, { receiver: 'recorder', problem });
    store.want(incident('1:b'));
    await wake();
    assert.equal(receiver.shown.length, 2, 'it goes on at once');
    assert.equal(log.warnings.filter((line) => line.includes(problem)).length, 1);
    store.want(incident('1:c'));
    await wake();
    assert.equal(dispatcher.health.problem, undefined);
    assert.equal(log.infos.filter((line) => line.includes('works')).length, 2);
  });

  test('outlives a store that fails', async () => {
    const { store, receiver, log, wake, advance } = setUp();
    store.broken = true;
    store.want(incident());
    await wake();
    assert.match(log.errors.join(), /could not be worked on/);
    store.broken = false;
    await advance(30_000);
    assert.equal(receiver.shown.length, 1);
  });

  test('sends nothing any more once it is stopped, and stops twice', async () => {
    const { store, receiver, dispatcher, wake, clock } = setUp();
    await wake();
    await dispatcher.stop();
    await dispatcher.stop();
    store.want(incident());
    dispatcher.wake();
    clock.advance(120_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(receiver.shown.length, 0);
    assert.ok(receiver.closed > 0);
  });
});
