import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { issueRules, rulesSchema } from '../../src/alerting/rules-config.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';

function configured(rules: unknown): ReturnType<typeof issueRules> {
  return issueRules(rulesSchema.parse(rules));
}

function mistakes(rules: unknown): string[] {
  const { error } = rulesSchema.safeParse(rules);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

suite('the rules of the configuration', () => {
  test('are the built-in ones where nothing is said of them', () => {
    assert.deepEqual(configured([]), issueRuleDefaults);
    assert.deepEqual(configured([{ name: 'NewIssue' }]), issueRuleDefaults);
  });

  test('can be switched off by name, and have another severity', () => {
    const { rules, quietMillis } = configured([
      { name: 'IssueEscalating', enabled: false },
      { name: 'NewIssue', min_severity: 'critical', quiet: '2h' },
    ]);
    assert.deepEqual(rules, {
      NewIssue: { severity: 'critical' },
      IssueRegressed: { severity: 'medium' },
      SwallowedFailure: { severity: 'medium' },
    });
    assert.equal(quietMillis, 7_200_000);
  });

  const wrong: [rules: unknown, mistakes: string[]][] = [
    [
      [{ name: 'NewIsue' }],
      ['0.name: not a rule: one of NewIssue, IssueRegressed, IssueEscalating, SwallowedFailure'],
    ],
    [
      [{ name: 'NewIssue', min_severity: 'bad' }],
      ['0.min_severity: not one of: low, medium, high, critical'],
    ],
    [
      [{ name: 'IssueRegressed', quiet: '1h' }],
      ['0.quiet: an issue’s alerts are one incident, and end together: write it to the rule NewIssue'],
    ],
    [[{ name: 'NewIssue' }, { name: 'NewIssue' }], ['1.name: another entry is about this rule']],
  ];
  for (const [rules, expected] of wrong)
    test(`says that ${expected.join('; ')}`, () => assert.deepEqual(mistakes(rules), expected));
});
