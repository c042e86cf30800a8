import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { textOperators } from '../../src/match/matcher.ts';
import { formatMatcher, makeMatcher } from '../../src/match/parse.ts';
import { parseMatchers } from '../../src/match/parse-list.ts';

const read = (text: string): string[] => parseMatchers(text).map(formatMatcher);

suite('matchers of Alertmanager are read, however they are written', () => {
  const table: [text: string, expected: string[]][] = [
    ['service="checkout"', ['service="checkout"']],
    ['service=checkout', ['service="checkout"']],
    ['{a="b",c=~"d|e"}', ['a="b"', 'c=~"d|e"']],
    ['{ a = "b" , c != d , }', ['a="b"', 'c!="d"']],
    ['a=b,c!~d', ['a="b"', 'c!~"d"']],
    ['a="x, y",b="{z}"', ['a="x, y"', 'b="{z}"']],
    ['quote="She said: \\"Hi, ladies!\\""', ['quote="She said: \\"Hi, ladies!\\""']],
    ['statuscode=~"5.."', ['statuscode=~"5.."']],
    ['severity =~ warning|critical', ['severity=~"warning|critical"']],
    ['instance=~.+:9100', ['instance=~".+:9100"']],
    // Only without quotes, by the rules of before 0.27.
    ['team = a b', ['team="a b"']],
    ['path=~^/users/\\d{2}/a!$', ['path=~"^/users/\\\\d{2}/a!$"']],
    ['a=', ['a=""']],
    ['"a key"="x"', ['"a key"="x"']],
    ['severity="high",count>5', ['severity="high"', 'count>"5"']],
    ['{}', []],
    ['', []],
  ];
  for (const [text, expected] of table)
    test(text || '(nothing)', () => assert.deepEqual(read(text), expected));

  test('any number of them, whatever is in them', () => {
    const matcher = fc.record({
      name: fc.string({ unit: 'binary', minLength: 1 }).filter((name) => name !== 'duration'),
      operator: fc.constantFrom(...textOperators.filter((each) => !each.includes('~'))),
      value: fc.string({ unit: 'binary' }),
    });
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 4 }), fc.boolean(), (texts, braces) => {
        const written = texts.map((text) => formatMatcher(makeMatcher(text)));
        const text = written.join(', ');
        assert.deepEqual(read(braces ? `{${text}}` : text), written);
      }),
      { numRuns: 500, seed: 20261129 },
    );
  });
});

suite('what is none is refused', () => {
  const table: [text: string, message: RegExp][] = [
    ['{a="b"', /brace .* is not closed/],
    ['a="b"}', /the matcher ends here/],
    ['a==b', /a value in double quotes is expected/],
    ['a="b" c', /the matcher ends here/],
    ['a="b', /quote is not closed/],
    ['a', /one of the operators/],
    ['a="b",,c="d"', /a name/],
    ['a=~(', /not a regular expression/],
    [`a="${'x'.repeat(5_000)}"`, /longer than 4096/],
  ];
  for (const [text, message] of table) {
    test(text.slice(0, 40), () =>
      assert.throws(() => parseMatchers(text), { name: 'MatcherInvalid', message }),
    );
  }
});
