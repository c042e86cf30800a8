import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { issueId, shortIssueId } from '../../src/issues/identity.ts';
import { applyEvent, applyResolution } from '../../src/issues/lifecycle.ts';
import { errorEvent, issue } from '../support/builders.ts';

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
    const resolved = applyResolution(issue({}), 'alice', time);
    assert.partialDeepStrictEqual(resolved, { state: 'resolved', resolvedBy: 'alice', resolvedAt: time });
  });

  test('that was resolved regresses with an event from afterwards', () => {
    const resolved = applyResolution(issue({ time }), 'alice', time + minute);
    const { issue: after, kind } = applyEvent(resolved, errorEvent({ time: time + 2 * minute }));
    assert.deepEqual([after.state, kind], ['regressed', 'regressed']);
    assert.equal(applyEvent(after, errorEvent({ time: time + 3 * minute })).kind, 'occurred');
  });

  test('that was resolved does not regress with an event from before', () => {
    const resolved = applyResolution(issue({ time }), 'alice', time + minute);
    const { issue: after, kind } = applyEvent(resolved, errorEvent({ time: time + minute }));
    assert.deepEqual([after.state, kind, after.count], ['resolved', 'occurred', 2]);
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
