import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { conditionRuleDefaults } from '../../src/alerting/conditions/condition-rules.ts';
import { type Rules, rulesOf, rulesSchema } from '../../src/alerting/rules-config.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';

function configured(rules: unknown): Rules {
  return rulesOf(rulesSchema.parse(rules));
}

const { ShadowBreakerOpen: shadow, Watchdog: watchdog, ...onByDefault } = conditionRuleDefaults;

function mistakes(rules: unknown): string[] {
  const { error } = rulesSchema.safeParse(rules);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

suite('the rules of the configuration', () => {
  test('are the built-in ones where nothing is said of them', () => {
    const defaults = { issues: issueRuleDefaults, conditions: onByDefault, own: [] };
    assert.deepEqual(configured([]), defaults);
    assert.deepEqual(configured([{ name: 'NewIssue' }, { name: 'HighErrorRate' }]), defaults);
  });

  test('can be switched off by name, and have another severity', () => {
    const {
      issues: { rules, quietMillis },
      conditions,
    } = configured([
      { name: 'IssueEscalating', enabled: false },
      { name: 'NewIssue', min_severity: 'critical', quiet: '2h' },
      { name: 'NeverReceived', enabled: false },
      { name: 'HighErrorRate', severity: 'critical', ratio: 0.05, for: '0s', keep_firing_for: '1m' },
    ]);
    assert.deepEqual(rules, {
      NewIssue: { severity: 'critical' },
      IssueRegressed: { severity: 'medium' },
      SwallowedFailure: { severity: 'medium' },
    });
    assert.equal(quietMillis, 7_200_000);
    assert.equal(conditions.NeverReceived, undefined);
    const tuned = { severity: 'critical', ratio: 0.05, forMillis: 0, keepFiringMillis: 60_000 } as const;
    assert.deepEqual(conditions.HighErrorRate, { ...conditionRuleDefaults.HighErrorRate, ...tuned });
  });

  test('that are off by themselves are switched on, and a watchdog by whom it is for', () => {
    const { conditions } = configured([
      { name: 'ShadowBreakerOpen', enabled: true },
      { name: 'Watchdog', receiver: 'on-call' },
    ]);
    assert.deepEqual(conditions.ShadowBreakerOpen, shadow);
    assert.deepEqual(conditions.Watchdog, { ...watchdog, receiver: 'on-call' });
    assert.equal(configured([{ name: 'ShadowBreakerOpen' }]).conditions.ShadowBreakerOpen, undefined);
  });

  const wrong: [rules: unknown, mistakes: string[]][] = [
    [
      [{ name: 'NewIsue' }],
      [
        '0.name: not a rule: one of NewIssue, IssueRegressed, IssueEscalating, SwallowedFailure, HighErrorRate, TelemetrySilent, NeverReceived, UnresolvedIssuesHigh, TocsinDegraded, JobFailed, JobMissed, TaskSuccessLow, BreakerOpen, ShadowBreakerOpen, BreakerStuckOpen, RetryStorm, FeatureDegraded, Watchdog; one of your own says what it is over (over)',
      ],
    ],
    [
      [{ name: 'NewIssue', min_severity: 'bad' }],
      ['0.min_severity: not one of: low, medium, high, critical'],
    ],
    [
      [{ name: 'IssueRegressed', quiet: '1h' }],
      ['0.quiet: IssueRegressed has no such thing: it has min_severity'],
    ],
    [
      [{ name: 'HighErrorRate', min_severity: 'low', threshold: 3 }],
      [
        '0.min_severity: HighErrorRate has no such thing: it has severity, for, keep_firing_for, ratio, minimum_calls',
        '0.threshold: HighErrorRate has no such thing: it has severity, for, keep_firing_for, ratio, minimum_calls',
      ],
    ],
    [
      [
        { name: 'HighErrorRate', ratio: 1 },
        { name: 'UnresolvedIssuesHigh', threshold: 1.5 },
      ],
      [
        '0.ratio: not below 1: 0.01 is one percent',
        '1.threshold: Invalid input: expected int, received number',
      ],
    ],
    [
      [{ name: 'TelemetrySilent', for: '10s' }],
      ['0.for: less than a minute: SDKs send every few seconds, or only once a minute'],
    ],
    [[{ name: 'Watchdog' }], ['0.name: a watchdog is for one receiver: name it (receiver)']],
    [[{ name: 'NewIssue' }, { name: 'NewIssue' }], ['1.name: another entry is about this rule']],
  ];
  for (const [rules, expected] of wrong)
    test(`says that ${expected.join('; ')}`, () => assert.deepEqual(mistakes(rules), expected));
});
