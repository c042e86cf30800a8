import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { type Delivery, retryDelay, type Settlement, settle } from '../../src/notify/delivery.ts';
import type { Outcome } from '../../src/notify/receiver.ts';
import { issue } from '../support/builders.ts';

const now = Date.UTC(2026, 0, 2);
const reference = { ts: '1' };

function delivery(given: Partial<Delivery> = {}): Delivery {
  const incident = { ...nextIncident(undefined, 'created', issue({}), now, issueRuleDefaults)!, revision: 7 };
  return {
    receiver: 'slack',
    incident,
    shownRevision: 3,
    reference,
    edits: 1,
    reposts: 0,
    wantedSince: 0,
    triedAt: 0,
    failures: 2,
    inDigest: false,
    ...given,
  };
}

suite('settle', () => {
  const table: [name: string, outcome: Outcome, expected: Partial<Settlement>][] = [
    [
      'what was shown is at the incident’s revision',
      { kind: 'delivered', reference },
      { shownRevision: 7, failures: 0, lastError: undefined },
    ],
    [
      'throttled: again when the receiver says',
      { kind: 'throttled', retryAfterMillis: 5000 },
      { shownRevision: 3, retryAt: now + 5000, failures: 2 },
    ],
    [
      'failed: again after a growing delay',
      { kind: 'failed', reason: 'x' },
      { shownRevision: 3, retryAt: now + 4000, failures: 3 },
    ],
    [
      'throttled for no time: not at once all the same',
      { kind: 'throttled', retryAfterMillis: 0 },
      { retryAt: now + 1000 },
    ],
    [
      'throttled for ever: a quarter of an hour',
      { kind: 'throttled', retryAfterMillis: Number.POSITIVE_INFINITY },
      { retryAt: now + 900_000 },
    ],
    [
      'gone: shown anew',
      { kind: 'gone', reason: 'x' },
      { shownRevision: 0, reference: undefined, edits: 1, reposts: 1, retryAt: now },
    ],
    [
      'rejected: not tried again until there is news, and not at once then',
      { kind: 'rejected', reason: 'x' },
      { shownRevision: 7, lastError: 'x', edits: 2, editNotBefore: now + 20_000 },
    ],
    [
      'refused: still to be shown, after others had their turn',
      { kind: 'refused', reason: 'x', remedy: 'y' },
      { shownRevision: 3, failures: 3, lastError: 'x', retryAt: now + 120_000 },
    ],
  ];
  for (const [name, outcome, expected] of table) {
    test(name, () => assert.partialDeepStrictEqual(settle(delivery(), outcome, now, 0), expected));
  }

  const gone: Outcome = { kind: 'gone', reason: 'x' };

  test('gone for the second time: only a new state is shown anew', () => {
    const update = settle(delivery({ reposts: 1 }), gone, now, 0);
    assert.partialDeepStrictEqual(update, { shownRevision: 7, reference: undefined, reposts: 1 });
    const { incident } = delivery();
    const ended = { ...incident, stateRevision: 7 };
    assert.equal(settle(delivery({ incident: ended, reposts: 1 }), gone, now, 0).shownRevision, 0);
  });

  test('gone without having been shown: put off like a failure', () => {
    const settled = settle(delivery({ reference: undefined, shownRevision: 0 }), gone, now, 0);
    assert.partialDeepStrictEqual(settled, { failures: 3, retryAt: now + 4000, reposts: 0 });
  });

  test('keeps the reference of what it edited', () => {
    assert.deepEqual(
      settle(delivery(), { kind: 'delivered', reference: undefined }, now, 0).reference,
      reference,
    );
  });

  test('lets the first edit come within 10 s of the post, and later ones at most 45 s apart', () => {
    const delivered: Outcome = { kind: 'delivered', reference };
    let current = delivery({ shownRevision: 0, edits: 0 });
    const gaps: number[] = [];
    for (let i = 0; i < 8; i++) {
      const settled = settle(current, delivered, now, 0);
      gaps.push(settled.editNotBefore - now);
      current = { ...current, shownRevision: settled.shownRevision, edits: settled.edits };
    }
    assert.ok(gaps[0]! <= 10_000);
    assert.ok(
      gaps.every((gap, i) => gap <= 45_000 && gap >= (gaps[i - 1] ?? 0)),
      gaps.join(),
    );
    assert.equal(gaps.at(-1), 45_000);
  });
});

suite('retryDelay', () => {
  test('doubles up to a minute', () => {
    assert.deepEqual(
      [0, 1, 2, 5, 6, 1000].map((failures) => retryDelay(failures, 0)),
      [1000, 2000, 4000, 32_000, 60_000, 60_000],
    );
  });

  test('takes off up to half at random', () => {
    assert.equal(retryDelay(0, 1), 500);
    assert.equal(retryDelay(3, 0.5), 6000);
  });
});
