import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { Inhibitor, type InhibitRule } from '../../../src/alerting/routing/inhibition.ts';
import { matchesAll } from '../../../src/match/matcher.ts';
import { parseMatchers } from '../../../src/match/parse-list.ts';
import { labels } from './support.ts';

const rule = (source: string, target: string, ...equal: string[]): InhibitRule => ({
  source: parseMatchers(source),
  target: parseMatchers(target),
  equal,
});

suite('an alert', () => {
  const table: [
    what: string,
    rule: InhibitRule,
    firing: string[],
    alert: string,
    expected: number | undefined,
  ][] = [
    ['is inhibited', rule('s=critical', 's=high', 'x'), ['s=critical,x=1'], 's=high,x=1', 0],
    [
      'of another group is not',
      rule('s=critical', 's=high', 'x'),
      ['s=critical,x=1'],
      's=high,x=2',
      undefined,
    ],
    [
      'that is no target is not',
      rule('s=critical', 's=high', 'x'),
      ['s=critical,x=1'],
      's=low,x=1',
      undefined,
    ],
    ['is not by what is no source', rule('s=critical', 's=high'), ['s=low'], 's=high', undefined],
    ['has a missing label alike', rule('s=critical', 's=high', 'x'), ['s=critical'], 's=high', 0],
    ['has an empty label as if missing', rule('s=critical', 's=high', 'x'), ['s=critical,x=""'], 's=high', 0],
    [
      'has a label unlike a missing one',
      rule('s=critical', 's=high', 'x'),
      ['s=critical'],
      's=high,x=1',
      undefined,
    ],
    [
      'needs nothing alike if nothing is said',
      rule('s=critical', 's=high'),
      ['s=critical,x=1'],
      's=high,x=2',
      0,
    ],
    ['of both sides is not by another', rule('s=~"a|b"', 's=~"b|c"'), ['s=b'], 's=b', undefined],
    ['of both sides is by a mere source', rule('s=~"a|b"', 's=~"b|c"'), ['s=b', 's=a'], 's=b', 1],
    ['of one side is by one of both', rule('s=~"a|b"', 's=~"b|c"'), ['s=b'], 's=c', 0],
    ['is not by itself', rule('', ''), ['s=a'], 's=a', undefined],
  ];
  for (const [what, given, firing, alert, expected] of table) {
    test(`${what}: {${alert}}`, () => {
      const inhibitor = new Inhibitor([given]);
      for (const [i, source] of firing.entries()) inhibitor.note(String(i), labels(source));
      assert.equal(
        inhibitor.inhibitedBy(labels(alert)),
        expected === undefined ? undefined : String(expected),
      );
    });
  }

  test('is inhibited by the rules together, and no longer than one of their sources fires', () => {
    const inhibitor = new Inhibitor([rule('s=a', 's=x'), rule('s=b', 's=x')]);
    inhibitor.note('a', labels('s=a'));
    inhibitor.note('b', labels('s=b'));
    inhibitor.note('a', undefined);
    assert.equal(inhibitor.inhibitedBy(labels('s=x')), 'b');
    inhibitor.note('b', labels('s=c'));
    assert.equal(inhibitor.inhibitedBy(labels('s=x')), undefined);
  });

  test('makes a difference only if it is a source, or has been one', () => {
    const inhibitor = new Inhibitor([rule('s=a', 's=x', 'k')]);
    const revisions = ['s=b', 's=a', 's=a', 's=a,k=1', 's=a,k=1,l=2', undefined, undefined].map((text) => {
      inhibitor.note('key', text === undefined ? undefined : labels(text));
      return inhibitor.revision;
    });
    assert.deepEqual(revisions, [0, 1, 1, 2, 2, 3, 3]);
  });
});

test('whatever fires and ends, those are inhibited that the documentation says', () => {
  const value = fc.constantFrom('', 'x', 'y');
  const alert = fc.record({ a: value, b: value, e: value });
  const matcher = fc.constantFrom('a=x', 'a=~"x|y"', 'a!=x', 'b=y', 'b!~".+"', 'a=""');
  const side = fc.array(matcher, { maxLength: 2 }).map((texts) => texts.join(','));
  const given = fc.record({ source: side, target: side, equal: fc.subarray(['e', 'b']) });
  const event = fc.tuple(fc.constantFrom('1', '2', '3'), fc.option(alert, { nil: undefined }));
  let inhibited = 0;
  fc.assert(
    fc.property(
      given,
      fc.array(event, { maxLength: 8 }),
      alert,
      ({ source, target, equal }, events, asked) => {
        const made = rule(source, target, ...equal);
        const inhibitor = new Inhibitor([made]);
        const firing = new Map<string, typeof asked>();
        for (const [key, labelled] of events) {
          inhibitor.note(key, labelled);
          if (labelled === undefined) firing.delete(key);
          else firing.set(key, labelled);
        }
        const is = (side: 'source' | 'target', of: Record<string, string>): boolean =>
          matchesAll(made[side], { value: (name) => of[name] });
        const expected = [...firing.values()].some(
          (other) =>
            is('target', asked) &&
            is('source', other) &&
            equal.every((name) => other[name as 'e'] === asked[name as 'e']) &&
            !(is('source', asked) && is('target', other)),
        );
        if (expected) inhibited++;
        assert.equal(inhibitor.inhibitedBy(asked) !== undefined, expected);
      },
    ),
    { numRuns: 2000, seed: 20261129 },
  );
  assert.ok(inhibited > 100, `only ${inhibited}`);
});
