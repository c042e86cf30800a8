import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { issueId, shortIssueId } from '../../src/issues/identity.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import type { Amendment } from '../../src/issues/issue-store.ts';
import {
  applyAction,
  applyAmendment,
  applyCounted,
  applyEvent,
  applyRate,
  type Occurrence,
  settleHeld,
} from '../../src/issues/lifecycle.ts';
import { type Issue, issueStates } from '../../src/issues/issue.ts';
import type { IssueAction } from '../../src/issues/issue-action.ts';
import { errorEvent, issue } from '../support/builders.ts';

const resolve = (given: Issue, by: string, at: number, inNextVersion = false): Issue =>
  applyAction(given, { kind: 'resolve', inNextVersion }, by, at);

const minute = 60_000;
const time = Date.UTC(2026, 0, 2);

suite('an issue', () => {
  test('is new with its first event', () => {
    const { issue: made, kind } = applyEvent(undefined, errorEvent({ time }));
    assert.equal(kind, 'created');
    assert.partialDeepStrictEqual(made, {
      state: 'new',
      count: 1,
      firstSeen: time,
      lastSeen: time,
      type: 'PaymentError',
    });
  });

  test('counts events and keeps the last one’s message, version and frames', () => {
    const made = issue(
      { time, message: 'one', version: '1' },
      { time: time + minute, message: 'two', version: '2' },
    );
    assert.partialDeepStrictEqual(made, { count: 2, message: 'two', firstVersion: '1', lastVersion: '2' });
    assert.deepEqual([made.firstSeen, made.lastSeen], [time, time + minute]);
  });

  test('is not led back by an event that arrives late', () => {
    const made = issue({ time, message: 'new' }, { time: time - minute, message: 'old' });
    assert.partialDeepStrictEqual(made, {
      count: 2,
      message: 'new',
      firstSeen: time - minute,
      lastSeen: time,
    });
  });

  test('is as severe as its worst event', () => {
    const made = issue({ severity: 'low' }, { severity: 'critical' }, { severity: 'medium' });
    assert.equal(made.severity, 'critical');
  });

  test('shows only calls of the app’s own code', () => {
    const library = { file: '/app/node_modules/x/y.js', inApp: false };
    const own = (name: string) => ({ function: name, file: '/app/a.js', inApp: true });
    const made = issue({ frames: [library, own('a'), library, own('b'), own('c'), own('d')] });
    assert.deepEqual(
      made.frames.map((frame) => frame.function),
      ['a', 'b', 'c'],
    );
  });

  test('says who resolved it and when', () => {
    const resolved = resolve(issue({}), 'alice', time);
    assert.partialDeepStrictEqual(resolved, { state: 'resolved', resolvedBy: 'alice', resolvedAt: time });
  });

  test('that was resolved regresses with an event from afterwards', () => {
    const resolved = resolve(issue({ time }), 'alice', time + minute);
    const { issue: after, kind } = applyEvent(resolved, errorEvent({ time: time + 2 * minute }));
    assert.deepEqual([after.state, kind], ['regressed', 'regressed']);
    assert.equal(applyEvent(after, errorEvent({ time: time + 3 * minute })).kind, 'occurred');
  });

  test('that was resolved does not regress with an event from before', () => {
    const resolved = resolve(issue({ time }), 'alice', time + minute);
    const { issue: after, kind } = applyEvent(resolved, errorEvent({ time: time + minute }));
    assert.deepEqual([after.state, kind, after.count], ['resolved', 'occurred', 2]);
  });
});

const occurrence = (at: number, firstSeen = Number.NEGATIVE_INFINITY): Occurrence => ({
  time: at,
  version: '1',
  isVersionNewSince: (since) => firstSeen > since,
});

suite('what somebody does to an issue', () => {
  const acknowledge: IssueAction = { kind: 'acknowledge' };
  const reopen: IssueAction = { kind: 'reopen' };
  const ignore: IssueAction = { kind: 'ignore' };
  const table: Record<(typeof issueStates)[number], readonly string[]> = {
    new: ['ongoing', 'resolved', 'new', 'ignored'],
    ongoing: ['ongoing', 'resolved', 'ongoing', 'ignored'],
    escalating: ['ongoing', 'resolved', 'escalating', 'ignored'],
    resolved: ['resolved', 'resolved', 'ongoing', 'ignored'],
    regressed: ['ongoing', 'resolved', 'regressed', 'ignored'],
    ignored: ['ignored', 'resolved', 'ongoing', 'ignored'],
  };
  for (const state of issueStates) {
    test(`leads from ${state} to ${table[state].join(', ')}`, () => {
      const actions = [acknowledge, { kind: 'resolve', inNextVersion: false } as const, reopen, ignore];
      const given = { ...issue({ time }), state };
      assert.deepEqual(
        actions.map((action) => applyAction(given, action, 'alice', time).state),
        table[state],
      );
    });
  }

  test('is done once', () => {
    const acknowledged = applyAction(issue({ time }), acknowledge, 'alice', time);
    assert.equal(applyAction(acknowledged, acknowledge, 'bob', time + 1), acknowledged);
    const resolved = resolve(acknowledged, 'alice', time);
    assert.equal(resolve(resolved, 'bob', time + 1), resolved);
    assert.equal(applyAction(acknowledged, reopen, 'bob', time), acknowledged);
  });

  test('is known with who and when, and acknowledged until it comes back', () => {
    const acknowledged = applyAction(issue({ time }), acknowledge, 'alice', time);
    assert.partialDeepStrictEqual(acknowledged, { acknowledgedBy: 'alice', acknowledgedAt: time });
    const back = applyCounted(resolve(acknowledged, 'alice', time), occurrence(time + 1)).issue;
    assert.deepEqual([back.state, back.acknowledgedBy], ['regressed', undefined]);
  });

  test('resolved in the next version, it goes on in those that there are', () => {
    const resolved = resolve(issue({ time, version: '1' }), 'alice', time, true);
    const old = applyCounted(resolved, occurrence(time + minute, time - minute));
    assert.deepEqual([old.issue.state, old.kind, old.issue.count], ['resolved', 'occurred', 2]);
    assert.equal(applyCounted(resolved, occurrence(time + minute, time + 1)).kind, 'regressed');
  });

  test('without a version it cannot be resolved in the next one', () => {
    const without = issue({ time, version: '' });
    assert.throws(() => resolve(without, 'alice', time, true), { name: 'ActionRefused' });
  });

  test('ignored until a time, it comes back with the first event after it', () => {
    const ignored = applyAction(issue({ time }), { kind: 'ignore', until: time + minute }, 'alice', time);
    assert.equal(applyCounted(ignored, occurrence(time + minute)).issue.state, 'ignored');
    const { issue: back, kind } = applyCounted(ignored, occurrence(time + minute + 1));
    assert.deepEqual([back.state, kind, back.ignoredUntil], ['ongoing', 'returned', undefined]);
  });

  test('ignored until so many more events, it comes back with the one after them', () => {
    const ignored = applyAction(issue({ time }), { kind: 'ignore', moreEvents: 2 }, 'alice', time);
    const states: string[] = [];
    let now = ignored;
    for (let i = 1; i <= 3; i++) {
      now = applyCounted(now, occurrence(time + i)).issue;
      states.push(now.state);
    }
    assert.deepEqual(states, ['ignored', 'ignored', 'ongoing']);
  });

  test('ignored for ever, it does not come back, unless it is reopened', () => {
    const ignored = applyAction(issue({ time }), ignore, 'alice', time);
    assert.equal(applyCounted(ignored, occurrence(time + 1e12)).issue.state, 'ignored');
    assert.equal(applyAction(ignored, reopen, 'bob', time).state, 'ongoing');
  });
});

suite('the id of an issue', () => {
  test('differs with each of its parts, and does not run them together', () => {
    const ids = [
      issueId('a', 'b', 'c'),
      issueId('ab', '', 'c'),
      issueId('a', 'bc', ''),
      issueId('', 'ab', 'c'),
    ];
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
  });

  const names: [service: string, shown: RegExp][] = [
    ['checkout', /^CHECKOUT-[0-9A-HJKMNP-TV-Z]{6}$/],
    ['Web Shop/API', /^WEB-SHOP-API-[0-9A-Z]{6}$/],
    ['', /^APP-[0-9A-Z]{6}$/],
    ['日本', /^APP-[0-9A-Z]{6}$/],
    ['x'.repeat(100), /^X{24}-[0-9A-Z]{6}$/],
  ];
  for (const [service, shown] of names) {
    test(`has a short form for the service '${service.slice(0, 20)}'`, () => {
      assert.match(shortIssueId(service, issueId(service, '', 'f')), shown);
    });
  }
});

suite('an issue of which more is learnt', () => {
  const held = (given: Partial<ErrorEvent> = {}): Partial<ErrorEvent> => ({
    severity: 'low',
    held: 'high',
    ...given,
  });

  test('is as severe as what is settled, and knows the worst of what is not', () => {
    const made = issue({ severity: 'medium' }, held({ held: 'critical' }), held());
    assert.partialDeepStrictEqual(made, { severity: 'medium', held: 2, heldSeverity: 'critical' });
  });

  test('is settled event by event', () => {
    const one = applyAmendment(issue(held(), held()), amendment({ severity: 'low' }), true);
    assert.partialDeepStrictEqual(one, { severity: 'low', held: 1, heldSeverity: 'high' });
    const both = applyAmendment(one, amendment({ severity: 'high' }), true);
    assert.partialDeepStrictEqual(both, { severity: 'high', held: 0, heldSeverity: undefined });
  });

  test('is settled by an event that was only counted, and counts as if nothing more of it was held', () => {
    const after = applyAmendment(issue(held()), amendment({ severity: 'high' }), false);
    assert.partialDeepStrictEqual(after, { severity: 'high', held: 1 });
  });

  test('is taken for the worst when nothing more will be heard', () => {
    assert.partialDeepStrictEqual(settleHeld(issue(held())), {
      severity: 'high',
      held: 0,
      heldSeverity: undefined,
    });
    assert.equal(settleHeld(issue({ severity: 'critical' }, held())).severity, 'critical');
  });

  test('stays swallowed, and keeps the last cause that was known', () => {
    const swallowed = { operation: 'POST /order', dependency: '' };
    const made = issue({ swallowed, likelyCause: 'a → 500' }, {});
    assert.partialDeepStrictEqual(made, { swallowed: true, likelyCause: 'a → 500' });
    assert.equal(applyAmendment(issue({}), amendment({ swallowed }), false).swallowed, true);
    assert.equal(applyAmendment(made, amendment({ likelyCause: 'b → 503' }), false).likelyCause, 'b → 503');
  });
});

function amendment(given: Partial<Amendment>): Amendment {
  return { eventId: 'e', issueId: 'i', ...given };
}

suite('an issue and its rate', () => {
  const known: Partial<Issue> = { firstSeen: time - 86_400_000, lastSeen: time };
  const of = (state: Issue['state'], given: Partial<Issue> = {}): Issue => ({
    ...issue({}),
    ...known,
    state,
    ...given,
  });
  const rate = (count: number, busiest = 0, before = 0) => ({ count, busiest, before });

  const rising: [Issue['state'], Issue['state']][] = [
    ['new', 'escalating'],
    ['ongoing', 'escalating'],
    ['regressed', 'escalating'],
    ['escalating', 'escalating'],
    ['resolved', 'resolved'],
    ['ignored', 'ignored'],
  ];
  for (const [before, after] of rising) {
    test(`from ${before} becomes ${after} when it happens far more often`, () => {
      assert.equal(applyRate(of(before), rate(31, 10), time).state, after);
    });
  }

  const rates: [what: string, ReturnType<typeof rate>, escalates: boolean][] = [
    ['three times as often as in its busiest hour', rate(30, 10), false],
    ['more than that', rate(31, 10), true],
    ['ten times, and hardly ever before', rate(10, 1), false],
    ['eleven times, and hardly ever before', rate(11, 1), true],
    ['eleven times, and never before', rate(11), true],
    ['as often as in the hour before', rate(40, 10, 40), false],
  ];
  for (const [what, given, escalates] of rates) {
    test(`${escalates ? 'escalates' : 'does not escalate'} when it happens ${what}`, () => {
      assert.equal(applyRate(of('ongoing'), given, time).state, escalates ? 'escalating' : 'ongoing');
    });
  }

  test('does not escalate before it is known for a day', () => {
    const young = of('new', { firstSeen: time - 86_400_000 + 1 });
    assert.equal(applyRate(young, rate(1_000_000), time), young);
  });

  test('is calm again when a full hour is within its history', () => {
    const rises = of('escalating');
    assert.equal(applyRate(rises, rate(5, 10, 31), time), rises);
    assert.equal(applyRate(rises, rate(5, 10, 30), time).state, 'ongoing');
    assert.equal(applyRate(rises, rate(90, 10, 30), time).state, 'ongoing');
    assert.equal(applyRate(rises, rate(91, 10, 30), time), rises);
  });

  test('is heard of again when it was ignored until it escalates', () => {
    const ignored = applyAction(of('ongoing'), { kind: 'ignore', untilEscalating: true }, 'alice', time);
    assert.equal(applyRate(ignored, rate(3, 10), time), ignored);
    assert.partialDeepStrictEqual(applyRate(ignored, rate(31, 10), time), {
      state: 'escalating',
      ignoredUntilEscalating: undefined,
    });
  });

  test('that somebody looks after does not rise again until those hours are history, and then is looked at anew', () => {
    const looked = applyAction(of('escalating'), { kind: 'acknowledge' }, 'alice', time);
    assert.equal(applyRate(looked, rate(31, 10), time + 2 * 3_600_000 - 1), looked);
    const risen = applyRate(looked, rate(91, 30), time + 2 * 3_600_000);
    assert.deepEqual([risen.state, risen.acknowledgedBy], ['escalating', undefined]);
  });
});
