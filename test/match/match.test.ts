import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { AnchoredRegex } from '../../src/match/anchored-regex.ts';
import { matchesAll, numberOperators, type Subject, textOperators } from '../../src/match/matcher.ts';
import { formatMatcher, parseMatcher } from '../../src/match/parse.ts';
import { cpuMillis } from '../support/cpu-time.ts';

const seed = 20261123;

function subject(values: Record<string, string | number | boolean>): Subject {
  return { value: (name) => (Object.hasOwn(values, name) ? values[name] : undefined) };
}

suite('a matcher is read', () => {
  const table: [text: string, name: string, operator: string, value: string][] = [
    ['service="checkout"', 'service', '=', 'checkout'],
    ['service=checkout', 'service', '=', 'checkout'],
    [' service != "a b" ', 'service', '!=', 'a b'],
    ['url.path=~"/static/.*"', 'url.path', '=~', '/static/.*'],
    ['http.response.status_code!~"5.."', 'http.response.status_code', '!~', '5..'],
    ['"a key"="x"', 'a key', '=', 'x'],
    ['name="say \\"hi\\" \\\\ \\n"', 'name', '=', 'say "hi" \\ \n'],
    ['path=~"/users/\\d+\\.json"', 'path', '=~', '/users/\\d+\\.json'],
    ['name=""', 'name', '=', ''],
    ['duration>2s', 'duration', '>', '2s'],
    ['duration >= "1m30s"', 'duration', '>=', '1m30s'],
    ['retry.count<=3', 'retry.count', '<=', '3'],
    ['größe="ä"', 'größe', '=', 'ä'],
  ];
  for (const [text, name, operator, value] of table) {
    test(text, () => assert.partialDeepStrictEqual(parseMatcher(text), { name, operator, value }));
  }

  test('as it is written, whatever is in it', () => {
    const operator = fc.constantFrom(...textOperators.filter((each) => !each.includes('~')));
    const named = fc.string({ unit: 'binary', minLength: 1 }).filter((name) => name !== 'duration');
    fc.assert(
      fc.property(named, operator, fc.string({ unit: 'binary' }), (name, op, value) => {
        const text = formatMatcher({ name, operator: op, value });
        assert.partialDeepStrictEqual(parseMatcher(text), { name, operator: op, value });
      }),
      { numRuns: 1000, seed },
    );
  });
});

suite('what is no matcher is refused, with what is wrong and where', () => {
  const table: [text: string, message: RegExp][] = [
    ['', /a name, such as .* is expected \(character 1\)/],
    ['="x"', /a name.*character 1/],
    ['service', /one of the operators = != .* is expected \(character 8\)/],
    ['service "x"', /operators.*character 9/],
    ['service==x', /a value in double quotes is expected \(character 9\)/],
    ['service="x', /quote is not closed \(character 9\)/],
    ['service="x" y', /the matcher ends here.*character 13/],
    ['a="x", b="y"', /the matcher ends here/],
    ['{a="x"}', /a name.*character 1/],
    ['path=~"("', /not a regular expression \(RE2\): .*missing closing/],
    ['path=~"(?=x)"', /not a regular expression/],
    ['path=~"(a)\\\\1"', /not a regular expression/],
    ['count>many', /compares numbers/],
    ['count>""', /compares numbers/],
    ['duration>5', /time with a unit/],
    ['duration="5s"', /use < <= > or >=/],
    [`a="${'x'.repeat(5_000)}"`, /longer than 4096/],
  ];
  for (const [text, message] of table) {
    test(text.slice(0, 40) || '(nothing)', () =>
      assert.throws(() => parseMatcher(text), { name: 'MatcherInvalid', message }),
    );
  }

  test('and never with another error', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'b', '=', '"', '\\', '~', '!', '<', '>', '{', '(', '.', ' ', '\n'),
        }),
        (text) => {
          try {
            parseMatcher(text);
          } catch (error) {
            assert.equal((error as Error).name, 'MatcherInvalid');
          }
        },
      ),
      { numRuns: 3000, seed },
    );
  });
});

suite('a matcher matches', () => {
  const span = subject({
    service: 'checkout',
    'http.response.status_code': 503,
    'feature.on': true,
    count: '12',
    duration: 2.5,
    text: 'two\nlines',
  });
  const table: [text: string, expected: boolean][] = [
    ['service="checkout"', true],
    ['service="check"', false],
    ['service!="check"', true],
    ['service=~"check"', false],
    ['service=~"check.*"', true],
    ['service=~"a|checkout"', true],
    ['service!~"check.*"', false],
    ['service=~"(?i)CHECKOUT"', true],
    ['http.response.status_code="503"', true],
    ['http.response.status_code=~"5.."', true],
    ['http.response.status_code>=500', true],
    ['http.response.status_code<500', false],
    ['feature.on="true"', true],
    ['count>11', true],
    ['count>12', false],
    ['count>=12', true],
    ['duration>2s', true],
    ['duration>2500ms', false],
    ['duration<=2500ms', true],
    ['text=~"two.*"', false],
    ['text=~"(?s)two.*"', true],
    // Of what it does not have.
    ['nothing=""', true],
    ['nothing!="x"', true],
    ['nothing="x"', false],
    ['nothing=~".*"', true],
    ['nothing=~".+"', false],
    ['nothing!~"x"', true],
    ['nothing>0', false],
    ['nothing<=0', false],
    ['service>0', false],
    ['constructor=""', true],
  ];
  for (const [text, expected] of table) {
    test(`${text}: ${expected}`, () => assert.equal(parseMatcher(text).matches(span), expected));
  }

  test('only if all of a list do', () => {
    const all = (...texts: string[]): boolean => matchesAll(texts.map(parseMatcher), span);
    assert.equal(all('service="checkout"', 'count>1'), true);
    assert.equal(all('service="checkout"', 'count>100'), false);
    assert.equal(all(), true);
  });

  test('numbers by every operator as numbers are', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        const [less, lessOrEqual, greater, greaterOrEqual] = numberOperators.map((operator) =>
          parseMatcher(`n${operator}"${b}"`).matches(subject({ n: a })),
        );
        assert.deepEqual([less, lessOrEqual, greater, greaterOrEqual], [a < b, a <= b, a > b, a >= b]);
      }),
      { seed },
    );
  });
});

suite('a regular expression that users write', () => {
  test('matches what RE2 matches as a whole, the first time and again', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '.',
      '\\.',
      'ab',
      'a*',
      'b+',
      'a?',
      '(a|b)',
      '[ab]',
      '|',
      '\\d',
      '^',
      '$',
      '(?i)a',
    );
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '1', '\n'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), fc.array(text, { minLength: 1 }), (pieces, texts) => {
        const expression = pieces.join('');
        let reference: RE2JS;
        try {
          reference = RE2JS.compile(`^(?:${expression})$`);
        } catch {
          return;
        }
        const regex = new AnchoredRegex(expression);
        for (const each of [...texts, ...texts])
          assert.equal(
            regex.matches(each),
            reference.testExact(each),
            `${expression} on ${JSON.stringify(each)}`,
          );
      }),
      { numRuns: 3000, seed },
    );
  });

  test('takes linear time, whatever it and the text are', () => {
    const regex = new AnchoredRegex('(a+)+(a+)+b');
    const before = cpuMillis();
    assert.equal(regex.matches('a'.repeat(20_000)), false);
    assert.ok(cpuMillis() - before < 2_000);
  });

  test('remembers a bounded number of texts', () => {
    const regex = new AnchoredRegex('x.*');
    for (let i = 0; i < 10_000; i++) assert.equal(regex.matches(`x${i}`), true);
    const { verdicts } = regex as unknown as { verdicts: Map<string, boolean> };
    assert.ok(verdicts.size <= 1024);
  });
});
