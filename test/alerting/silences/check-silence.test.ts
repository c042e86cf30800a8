import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { wrongWith } from '../../../src/alerting/silences/check-silence.ts';
import type { SilenceMatcher, WantedSilence } from '../../../src/alerting/silences/silence.ts';
import { hour, matchersOf, now, wanted } from './support.ts';

const many = (count: number): string => Array.from({ length: count }, (_, i) => `a${i}=x`).join(',');
const regex = (value: string): SilenceMatcher => ({ name: 'c', operator: '=~', value });
const everything = /at least one matcher must not match the empty string/;

suite('a silence is refused, with what is wrong,', () => {
  const table: [what: string, given: WantedSilence, wrong: RegExp][] = [
    ['that ends before it begins', wanted('a=b', { endsAt: now - hour }), /^start time must be before end/],
    ['that ends when it begins', wanted('a=b', { endsAt: now }), /^start time must be before end/],
    ['of the past', wanted('a=b', { startsAt: now - 2 * hour, endsAt: now }), /can't be in the past/],
    ['that nobody makes', wanted('a=b', { createdBy: ' ' }), /^createdBy is empty/],
    ['that has no reason', wanted('a=b', { comment: '\n' }), /^comment is empty/],
    ['without matchers', wanted(''), everything],
    ['of what has no such label', wanted('a=""'), everything],
    ['of everything', wanted('a=~".*"'), everything],
    ['of everything, in more words', wanted('a=~"b|", c="", d=~"x*"'), everything],
    [
      'with half an expression',
      wanted('', { matchers: [...matchersOf('a=b'), regex('(')] }),
      /^matcher 2: not a regular expression \(RE2\): /,
    ],
    [
      'with what RE2 does not know',
      wanted('', { matchers: [regex('(?=b)c')] }),
      /^matcher 1: not a regular expression/,
    ],
    [
      'that counts too far',
      wanted('', { matchers: [regex('(x{1000}){11}')] }),
      /^the regular expression is too large/,
    ],
    [
      'whose expressions are too large together',
      wanted('', { matchers: [regex('x{1000}'), ...Array<SilenceMatcher>(10).fill(regex('y{1000}'))] }),
      /^the regular expression is too large/,
    ],
    [
      'of a label without a name',
      wanted('', { matchers: [{ name: '', operator: '=', value: 'b' }] }),
      /^matcher 1: its name is empty/,
    ],
    ['with too many matchers', wanted(many(65)), /^more than 64 matchers/],
    ['that says too much', wanted('a=b', { comment: 'x'.repeat(8200) }), /longer than 8192 characters/],
    [
      'with a matcher that is too long',
      wanted(`a=${'x'.repeat(3000)},b=${'x'.repeat(1000)}`, { comment: 'x'.repeat(4200) }),
      /longer than 8192/,
    ],
  ];
  for (const [what, given, wrong] of table)
    test(what, () => assert.match(wrongWith(given, now) ?? 'nothing', wrong));
});

suite('a silence is taken', () => {
  const table: [what: string, given: WantedSilence][] = [
    ['of one label', wanted('a=b')],
    ['that begins later', wanted('a=b', { startsAt: now + hour, endsAt: now + 2 * hour })],
    ['that began before and goes on', wanted('a=b', { startsAt: now - hour })],
    ['with one matcher of several that says something', wanted('a=~".*", b=~"x|y"')],
    ['of everything that has a label', wanted('a=~".+"')],
    // As in Alertmanager: it is said on purpose.
    ['of everything but one thing', wanted('a!="b"')],
    ['of everything but what matches', wanted('a!~"b.*"')],
    ['with as many matchers as there may be', wanted(many(64))],
  ];
  for (const [what, given] of table) test(what, () => assert.equal(wrongWith(given, now), undefined));
});
