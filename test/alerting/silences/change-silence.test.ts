import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { changeSilence, expired } from '../../../src/alerting/silences/change-silence.ts';
import { type Silence, stateOf } from '../../../src/alerting/silences/silence.ts';
import { hour, matchersOf, now, silence, wanted } from './support.ts';

const active = silence('a=b', { startsAt: now - hour, endsAt: now + hour, updatedAt: now - hour });
const pending = silence('a=b', { startsAt: now + hour, endsAt: now + 2 * hour });
const over = silence('a=b', { startsAt: now - 2 * hour, endsAt: now - hour });

test('a silence is active from its start on until its end', () => {
  const states = [now - 1, now, now + hour - 1, now + hour].map((at) => stateOf(silence('a=b'), at));
  assert.deepEqual(states, ['pending', 'active', 'active', 'expired']);
});

suite('a new silence', () => {
  test('has an id, and begins when it is to begin', () => {
    const given = wanted('a=b', { startsAt: now + 5, endsAt: now + hour });
    const made = changeSilence(undefined, given, 'new', now);
    const expected = { ...given, id: 'new', updatedAt: now };
    assert.deepEqual(made, { silence: expected, isNew: true, former: undefined });
  });

  test('does not begin in the past: what was told then was told', () => {
    const made = changeSilence(undefined, wanted('a=b', { startsAt: now - hour }), 'new', now);
    assert.equal(made.silence.startsAt, now);
  });
});

suite('a silence that is changed', () => {
  const change = (before: Silence, given: Partial<Silence>) => {
    const { silence, isNew, former } = changeSilence(before, { ...before, ...given }, 'new', now);
    return { id: silence.id, isNew, silence, ended: former?.endsAt, former };
  };
  const same: [what: string, before: Silence, given: Partial<Silence>][] = [
    ['in its end', active, { endsAt: now + 5 * hour }],
    ['in its end, which comes sooner', active, { endsAt: now + 1 }],
    ['in comment and author', active, { comment: 'longer', createdBy: 'bob' }],
    ['in less than a second of its start', active, { startsAt: active.startsAt + 999 }],
    ['in its start before that', pending, { startsAt: now + 2 * hour - 1 }],
  ];
  for (const [what, before, given] of same) {
    test(`${what} is the same one`, () => {
      const changed = change(before, given);
      assert.deepEqual(changed.silence, { ...before, ...given, updatedAt: now });
      assert.deepEqual([changed.isNew, changed.former], [false, undefined]);
    });
  }

  const another: [what: string, before: Silence, given: Partial<Silence>, ended: number][] = [
    ['in what it matches', active, { matchers: matchersOf('a=c') }, now],
    ['in how it matches', active, { matchers: matchersOf('a=~b') }, now],
    ['by one more matcher', active, { matchers: matchersOf('a=b,c=d') }, now],
    ['in its start, which is past', active, { startsAt: now - 2 * hour }, now],
    ['to begin before now', pending, { startsAt: now - 1 }, now],
    ['in what it will match', pending, { matchers: matchersOf('a=c') }, now],
    ['after its end', over, { endsAt: now + hour }, over.endsAt],
  ];
  for (const [what, before, given, ended] of another) {
    test(`${what} is another one, and the first has ended`, () => {
      const changed = change(before, given);
      assert.deepEqual([changed.id, changed.isNew, changed.ended], ['new', true, ended]);
      assert.ok(changed.silence.startsAt >= now);
      assert.equal(stateOf(changed.former!, now), 'expired');
      assert.deepEqual(changed.former!.matchers, before.matchers);
    });
  }
});

suite('a silence that is to end', () => {
  test('ends now', () => assert.deepEqual(expired(active, now), { ...active, endsAt: now, updatedAt: now }));
  test('ends before it began', () =>
    assert.deepEqual(expired(pending, now), { ...pending, startsAt: now, endsAt: now, updatedAt: now }));
  test('and has, stays as it was', () => assert.equal(expired(over, now), over));
});
