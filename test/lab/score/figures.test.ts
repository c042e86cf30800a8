import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Class } from '../truth.ts';
import { breakerFigures, linkFigures, type Scored } from './figures.ts';
import type { LinkScore } from './pairs.ts';
import { breakersText, faultsText, linksText } from './report.ts';
import { shortfalls } from './targets.ts';

interface Made {
  name?: string;
  class?: Class;
  condition?: Scored['condition'];
  right?: number;
  wrong?: number;
  missed?: number;
  unseen?: number;
  breaker?: Scored['breaker'];
}

function scored({
  name = 'node/got/503',
  class: of = 'ordinary',
  condition = 'in order',
  ...made
}: Made): Scored {
  const { right = 0, wrong = 0, missed = 0, unseen = 0, breaker } = made;
  const links: LinkScore = {
    right,
    wrong,
    missed,
    unseen,
    retriesRight: right + wrong,
    retriesWrong: 0,
    retriesMissed: missed,
    chainsRight: right,
    chainsWrong: wrong,
    chainsMissed: missed,
    wrongLinks: Array.from({ length: wrong }, (_, i) => `wrong ${i}`),
    missedLinks: Array.from({ length: missed }, (_, i) => `missed ${i}`),
  };
  const settings = { consecutiveFailures: 5, openMillis: 1000 };
  return {
    name,
    part: 'tuning',
    condition,
    links,
    breaker,
    truth: {
      runtime: 'node',
      library: 'got',
      scenario: '503',
      class: of,
      failure: '503',
      conditions: { parent: 'own', app: 'none' },
      versions: {},
      ...(breaker !== undefined && {
        breaker: { of: 'reference', settings, transitions: [], from: 0, to: 1 },
      }),
    },
  };
}

const fine = [
  scored({ right: 99, wrong: 1, missed: 1 }),
  scored({ right: 98, missed: 2, condition: 'shuffled' }),
  scored({ class: 'negative' }),
  scored({
    class: 'negative',
    breaker: { right: 19, wrong: 1, missed: 0, agreedMillis: 9, totalMillis: 10 },
  }),
];

suite('the figures of links', () => {
  test('are shares of sums, and not means of shares', () => {
    const figures = linkFigures([
      scored({ right: 90, wrong: 10, missed: 0 }),
      scored({ missed: 10, unseen: 20 }),
    ]);
    assert.equal(figures.pairs, 100);
    assert.equal(figures.precision, 0.9);
    assert.equal(figures.recall, 0.9);
    assert.equal(figures.recallOfAll, 0.75);
    assert.equal(figures.retryPrecision, 1);
  });

  test('of nothing are no numbers', () => {
    assert.ok(Number.isNaN(linkFigures([]).precision));
    assert.doesNotMatch(linksText([scored({})], true), /NaN/);
  });
});

suite('the figures of breakers', () => {
  test('are F1 and the share of the time, over all of them', () => {
    const one = { right: 3, wrong: 1, missed: 0, agreedMillis: 50, totalMillis: 100 };
    const other = { right: 0, wrong: 0, missed: 1, agreedMillis: 100, totalMillis: 100 };
    const figures = breakerFigures([scored({ breaker: one }), scored({ breaker: other }), scored({})]);
    assert.equal(figures.f1, 0.75);
    assert.equal(figures.agreement, 0.75);
  });
});

suite('the targets', () => {
  test('are reached', () => assert.deepEqual(shortfalls(fine), []));

  const short: [what: string, made: Made, said: RegExp][] = [
    ['a wrong link in a control', { class: 'negative', wrong: 1 }, /^negative controls: 1 retries inferred$/],
    [
      'one in a control that is shuffled',
      { class: 'negative', wrong: 1, condition: 'shuffled' },
      /^negative controls/,
    ],
    ['many wrong links', { wrong: 9 }, /in order, what can be told apart: precision 0\.908 < 0\.98/],
    ['many that are missed', { missed: 9 }, /in order, what can be told apart: recall 0\.908 < 0\.97/],
    ['many that left no span', { unseen: 9 }, /in order, what can be told apart: recall 0\.908 < 0\.97/],
    [
      'many wrong ones when shuffled',
      { wrong: 9, condition: 'shuffled' },
      /shuffled, .*: precision 0\.916 < 0\.95/,
    ],
    [
      'transitions that are missed',
      { class: 'negative', breaker: { right: 0, wrong: 0, missed: 9, agreedMillis: 0, totalMillis: 10 } },
      /^shadow breakers: F1 0\.792 < 0\.95$/,
    ],
  ];
  for (const [what, made, said] of short) {
    test(`are not, with ${what}`, () => {
      const lines = shortfalls([...fine, scored(made)]);
      assert.ok(
        lines.some((line) => said.test(line)),
        lines.join('\n'),
      );
    });
  }

  test('do not ask for what no span can tell apart', () => {
    const lines = shortfalls([
      ...fine,
      scored({ class: 'indistinguishable', wrong: 20 }),
      scored({ class: 'interchangeable', wrong: 20, missed: 20 }),
    ]);
    assert.deepEqual(lines, []);
  });
});

suite('the report', () => {
  test('has a line for each class and each way of being received, and one for each recording if asked', () => {
    const text = linksText(fine, false);
    assert.match(text, /^in order, ordinary +100 +99 +1 +1 +0 +0\.990 +0\.990/m);
    assert.match(text, /^shuffled, ordinary +100 +98 +0 +2 +0 +1\.000 +0\.980/m);
    assert.match(text, /^parent own +100 /m);
    assert.doesNotMatch(text, /node\/got\/503/);
    assert.match(linksText(fine, true), /^tuning node\/got\/503, shuffled +100 /m);
  });

  test('has the breakers by what kind of app it is', () => {
    assert.match(breakersText(fine, false), /^in order, none +19 +1 +0 +0\.974 +0\.900$/m);
    assert.equal(breakersText([scored({})], true), '');
  });

  test('shows what is wrong and what is missing', () => {
    assert.match(faultsText(fine), /node\/got\/503, in order\n {2}wrong wrong 0\n {2}missed missed 0/);
  });
});
