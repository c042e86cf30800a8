import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Facts, noResilienceFacts } from '../../../src/alerting/conditions/facts.ts';
import { rulesSchema } from '../../../src/alerting/rules-config.ts';
import { UserRules } from '../../../src/alerting/user-rules/user-rules.ts';
import type { Issue } from '../../../src/issues/issue.ts';
import { issue } from '../../support/builders.ts';
import { rate } from '../conditions/support.ts';
import { findAll, ownRules } from './support.ts';

function found(rule: object, given: Partial<Facts>) {
  return findAll(new UserRules(ownRules({ name: 'Mine', ...rule }), (text) => text), given);
}
const calls = [rate('GET /a', [100, 10]), rate('GET /b', [300, 0]), rate('GET /a', [50, 50], [0, 0], 'till')];
const issues = (...given: Partial<Issue>[]): Issue[] =>
  given.map((each) => ({ ...issue({ service: 'shop' }), ...each }));

suite('a rule of the user’s own', () => {
  const cases: [what: string, rule: object, given: Partial<Facts>, subjects: string[]][] = [
    [
      'adds up by service, and compares what comes of that',
      { over: 'calls', when: ['failed_ratio>0.02'] },
      { calls },
      ['shop  400/10', 'till  50/50'],
    ],
    [
      'looks at what its matchers match',
      { over: 'calls', where: ['service="shop"', 'operation=~"GET /[ac]"'], when: ['failed>=10'] },
      { calls },
      ['shop  100/10'],
    ],
    [
      'tells each value of its labels apart',
      { over: 'calls', by: ['service', 'operation'], when: ['calls>60'] },
      { calls },
      ['shop GET /b 300/0', 'shop GET /a 100/10'],
    ],
    ['is one for all of them', { over: 'calls', by: [], when: ['calls>0'] }, { calls }, ['  450/60']],
    ['holds for nothing where nothing is', { over: 'calls', when: ['calls<1'] }, {}, []],
    [
      'looks at runs of an hour',
      { over: 'runs', by: ['service', 'task'], when: ['failed>3'] },
      { runs: [rate('mail', [2, 2], [10, 2])] },
      ['shop mail 12/4'],
    ],
    [
      'looks at events of failures',
      { over: 'events', where: ['class="timeout"'], when: ['events>5'] },
      {
        activeIssues: [
          { issue: issues({ class: 'timeout' })[0]!, events: 4 },
          { issue: issues({ class: 'timeout' })[0]!, events: 4 },
          { issue: issues({ class: 'auth' })[0]!, events: 100 },
        ],
      },
      ['shop  8'],
    ],
    [
      'looks at issues',
      { over: 'issues', where: ['severity="critical"'], by: ['service', 'component'], when: ['issues>=2'] },
      {
        openIssues: issues(
          { severity: 'critical', component: 'pg' },
          { severity: 'critical', component: 'pg' },
          { severity: 'critical', component: 'kafka' },
          { severity: 'low', component: 'pg' },
        ),
      },
      ['shop pg 2'],
    ],
    [
      'looks at breakers that are open',
      {
        over: 'breakers',
        where: ['shadow="false"'],
        by: ['service', 'breaker'],
        when: ['open>=1', 'refused>20'],
      },
      {
        resilience: {
          ...noResilienceFacts,
          openBreakers: [
            { service: 'shop', name: 'pay', isShadow: false, since: 1, failedProbes: 3, calls: 21 },
            { service: 'shop', name: 'mail', isShadow: false, since: 1, failedProbes: 0, calls: 20 },
            { service: 'shop', name: 'pay', isShadow: true, since: 1, failedProbes: 0, calls: 900 },
          ],
        },
      },
      ['shop pay 1/3/21'],
    ],
    [
      'looks at retries of a minute',
      { over: 'retries', when: ['retry_ratio>=0.25', 'retries>10'] },
      {
        resilience: {
          ...noResilienceFacts,
          recentRetries: [
            { service: 'shop', dependency: 'pay', attempts: 40, retries: 20 },
            { service: 'shop', dependency: 'mail', attempts: 40, retries: 0 },
            { service: 'till', dependency: 'pay', attempts: 41, retries: 10 },
          ],
        },
      },
      ['shop  80/20'],
    ],
  ];
  for (const [what, rule, given, subjects] of cases)
    test(what, () => {
      const told = found(rule, given).map(({ service, subject, facts: shown }) => {
        const figures = shown.filter(({ name }) => !name.endsWith('_ratio')).map(({ value }) => value);
        return `${service} ${Object.values(subject).join(' ')} ${figures.join('/')}`;
      });
      assert.deepEqual(told, subjects);
    });

  test('says what its templates make, has its labels, and leads where it says', () => {
    const [one] = found(
      {
        over: 'calls',
        where: ['service="shop"'],
        when: ['failed_ratio>0.01'],
        severity: 'critical',
        labels: { team: 'payments' },
        annotations: {
          summary: '{{ service }}: {{ failed_ratio | times: 100 }} % fail',
          description: 'Ask {{ team }} about {{ alertname }} in {{ environment }}.',
        },
        runbook: 'https://wiki.example/{{ alertname }}',
        dashboard: 'javascript:alert(1)//{{ service }}',
      },
      { calls },
    );
    assert.deepEqual(
      { ...one, facts: undefined },
      {
        alertname: 'Mine',
        severity: 'critical',
        service: 'shop',
        environment: 'prod',
        subject: {},
        labels: { team: 'payments' },
        title: 'shop: 2.5 % fail',
        detail: 'Ask payments about Mine in prod.',
        facts: undefined,
        links: [{ text: 'Runbook', url: 'https://wiki.example/Mine' }],
      },
    );
  });

  test('by severity has an alert of each severity', () => {
    const given = { openIssues: issues({ severity: 'low' }, { severity: 'critical' }, { severity: 'low' }) };
    const told = found({ over: 'issues', by: ['severity'], when: ['issues>0'] }, given);
    assert.deepEqual(
      told.map(({ severity, subject }) => [severity, subject['severity']]),
      [
        ['low', 'low'],
        ['critical', 'critical'],
      ],
    );
  });

  test('that says nothing is told by its name', () => {
    assert.equal(found({ over: 'calls', when: ['calls>0'] }, { calls })[0]?.title, 'Mine');
  });

  test('tells of a hundred at the most, those with the most', () => {
    const many = Array.from({ length: 500 }, (_, i) => rate('GET /', [i + 1, 0], [0, 0], `service ${i}`));
    const told = found({ over: 'calls', when: ['calls>0'] }, { calls: many });
    assert.deepEqual([told.length, told[0]?.service], [100, 'service 499']);
  });
});

suite('a mistake in a rule of the user’s own is told', () => {
  const wrong: [rule: object, mistake: string][] = [
    [{ over: 'spans' }, 'over: not one of: calls, runs, events, issues, breakers, retries'],
    [{ over: 'calls' }, 'when: missing: write when it holds, such as ["failed_ratio>0.05"]'],
    [{ over: 'calls', when: ['calls=1'] }, 'when.0: a figure is compared with < <= > or >='],
    [
      { over: 'calls', when: ['events>1'] },
      'when.0: calls have no figure events: calls, failed, failed_ratio',
    ],
    [
      { over: 'calls', when: ['calls>many'] },
      'when.0: not a matcher: > compares numbers, and the value is none',
    ],
    [
      { over: 'runs', when: ['runs>1'], where: ['operation="x"'] },
      'where.0: runs have no label operation: service, environment, task',
    ],
    [
      { over: 'calls', when: ['calls>1'], by: ['pod'] },
      'by.0: calls have no label pod: service, environment, operation',
    ],
    [
      { over: 'calls', when: ['calls>1'], labels: { severity: 'page' } },
      'labels.severity: Tocsin gives this label its value itself',
    ],
    [
      { over: 'issues', when: ['issues>1'], by: ['severity'], severity: 'high' },
      'severity: each of its alerts has the severity that it is for (by)',
    ],
    [
      { over: 'calls', when: ['calls>1'], annotations: { summary: '{{ service' } },
      'annotations.summary: not a template: output "{{ service" not closed, line:1, col:1',
    ],
    [
      { over: 'calls', when: ['calls>1'], ratio: 0.5 },
      'ratio: a rule of your own has no such thing: it has severity, for, keep_firing_for, over, where, by, when, labels, annotations, runbook, dashboard',
    ],
    [{ name: 'NewIssue', over: 'calls' }, 'over: NewIssue is a built-in rule: give your own another name'],
    [
      { name: 'a b', over: 'calls', when: ['calls>1'] },
      'name: not a name of a rule: up to 64 letters, digits and _',
    ],
  ];
  for (const [rule, mistake] of wrong)
    test(mistake, () => {
      const { error } = rulesSchema.safeParse([{ name: 'Mine', ...rule }]);
      const [first] = error?.issues ?? [];
      assert.equal(`${first?.path.slice(1).join('.')}: ${first?.message}`, mistake);
    });
});
