import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Alert, IssueIncident } from '../../src/alerting/incident.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults as rules } from '../../src/alerting/issue-rules.ts';
import type { Issue, IssueChangeKind } from '../../src/issues/issue.ts';
import { newsLines, newsSince } from '../../src/notify/news.ts';
import { issue } from '../support/builders.ts';

const now = Date.UTC(2026, 0, 2);
const subject = issue({});
const name = `${subject.shortId} (${subject.type})`;

/** What became of an incident, by inputs and the issue as it was then. */
function incident(...steps: [input: IssueChangeKind | 'quiet', given: Partial<Issue>][]): IssueIncident {
  let last: IssueIncident | undefined;
  for (const [at, [input, given]] of steps.entries())
    last = nextIncident(last, input, { ...subject, ...given }, now + at, rules) ?? last;
  return last!;
}

suite('what is news', () => {
  test('is how bad a failure is now, and how bad it was as people know it', () => {
    const told = nextIncident(undefined, 'created', { ...subject, severity: 'medium' }, now, {
      ...rules,
      rules: { NewIssue: { severity: 'medium' } },
    })!;
    const worse = (before: IssueIncident, severity: Issue['severity'], at: number): IssueIncident =>
      nextIncident(before, 'occurred', { ...subject, severity }, now + at, rules)!;
    const high = worse({ ...told, toldSwallowed: true }, 'high', 60_000);
    const critical = worse(high, 'critical', 120_000);
    const said = [0, 1, 2, 3].map((shown) =>
      newsSince(critical, shown)
        .map(({ text }) => text)
        .join(),
    );
    const text = `${name} is critical now; it was`;
    assert.deepEqual(said, ['', `${text} medium.`, `${text} high.`, '']);
  });

  const resolved: [IssueChangeKind, Partial<Issue>] = [
    'resolved',
    { state: 'resolved', resolvedAt: now + 1, resolvedBy: 'alice' },
  ];
  const regressed: [IssueChangeKind, Partial<Issue>] = [
    'regressed',
    { state: 'regressed', resolvedAt: now + 1, resolvedBy: 'alice' },
  ];
  const isBack = `${name} is back: it happened again after alice had resolved it.`;
  const cases: [
    what: string,
    subject: IssueIncident,
    shownRevision: number,
    news: [text: string, isLoud: boolean][],
  ][] = [
    ['nothing where nothing is shown: the message says it all', incident(['created', {}]), 0, []],
    ['nothing of what is only more of the same', incident(['created', {}], ['occurred', {}]), 1, []],
    ['who resolved it', incident(['created', {}], resolved), 1, [['Resolved by alice.', false]]],
    [
      'that it is ignored',
      incident(['created', {}], ['ignored', { state: 'ignored' }]),
      1,
      [['Ignored from now on.', false]],
    ],
    ['nothing when it has become quiet', incident(['created', {}], ['quiet', {}]), 1, []],
    ['that it is back', incident(['created', {}], resolved, regressed), 2, [[isBack, true]]],
    [
      'that it is back, even if nobody was told yet that it had ended',
      incident(['created', {}], resolved, regressed),
      1,
      [[isBack, true]],
    ],
    ['nothing that was told', incident(['created', {}], resolved, regressed), 3, []],
    [
      'that it escalates, and how often it happened',
      incident(['created', {}], ['escalated', { state: 'escalating', count: 4321 }]),
      1,
      [[`${name} is escalating: it happens far more often than it used to. 4321 so far.`, true]],
    ],
    [
      'that it is swallowed',
      incident(['created', {}], ['amended', { swallowed: true }]),
      1,
      [[`${name} was swallowed: what called it was told that all went well.`, true]],
    ],
  ];
  for (const [what, given, shownRevision, news] of cases) {
    test(what, () => {
      const found = newsSince(given, shownRevision);
      assert.deepEqual(
        found.map(({ text, isLoud }) => [text, isLoud]),
        news,
      );
    });
  }

  test('of an incident that an older version stored, nothing is missing', () => {
    const alerts: Alert<'NewIssue'>[] = [
      { alertname: 'NewIssue', startsAt: now, endsAt: undefined, revision: 1 },
    ];
    assert.deepEqual(newsSince({ ...incident(['created', {}]), revision: 9, alerts }, 4), []);
  });

  test('makes sense by itself where people hear of it, and is short where they do not', () => {
    const summary = '[HIGH, REGRESSED] shop: CardError\u001b[0m';
    const back = { text: 'It is back.', isLoud: true };
    const over = { text: 'Resolved by alice.', isLoud: false };
    assert.deepEqual(newsLines({ summary, news: [over, back] }), [
      '[HIGH, REGRESSED] shop: CardError',
      'Resolved by alice.',
      'It is back.',
    ]);
    assert.deepEqual(newsLines({ summary, news: [over] }), ['Resolved by alice.']);
    assert.equal(newsLines({ summary: 'x'.repeat(5000), news: [back] })[0]!.length, 300);
  });
});
