import * as z from 'zod';
import { duration } from '../config/scalars.ts';
import { severities } from '../errors/error-event.ts';
import { issueAlertNames } from './incident.ts';
import { type IssueRules, issueRuleDefaults } from './issue-rules.ts';

const leastQuietMillis = 60_000;

const ruleSchema = z
  .strictObject({
    name: z
      .enum(issueAlertNames, { error: `not a rule: one of ${issueAlertNames.join(', ')}` })
      .describe('of a built-in rule'),
    enabled: z.boolean().default(true).describe('false switches the rule off'),
    min_severity: z
      .enum(severities, { error: `not one of: ${severities.join(', ')}` })
      .optional()
      .describe('the least severity of an issue that alerts; `high` of `NewIssue`, `medium` of the others'),
    quiet: duration()
      .refine((millis) => millis >= leastQuietMillis, 'less than a minute: every incident would end at once')
      .optional()
      .describe('of `NewIssue`: without a further event for so long, 30m, an incident is over'),
  })
  .refine(({ name, quiet }) => quiet === undefined || name === 'NewIssue', {
    path: ['quiet'],
    error: 'an issue’s alerts are one incident, and end together: write it to the rule NewIssue',
  });

export const rulesSchema = z
  .array(ruleSchema)
  .default([])
  .describe('built-in rules that are to be otherwise, by name; all of them are on by default')
  .superRefine(
    (rules: readonly ({ name?: unknown } | undefined)[], context) => {
      const names = rules.map((rule) => rule?.name);
      for (const [i, name] of names.entries()) {
        if (typeof name !== 'string' || names.indexOf(name) === i) continue;
        context.addIssue({ code: 'custom', path: [i, 'name'], message: 'another entry is about this rule' });
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  );

export function issueRules(configured: z.infer<typeof rulesSchema>): IssueRules {
  const rules: { -readonly [Name in keyof IssueRules['rules']]: IssueRules['rules'][Name] } = {
    ...issueRuleDefaults.rules,
  };
  let { quietMillis }: IssueRules = issueRuleDefaults;
  for (const { name, enabled, min_severity, quiet } of configured) {
    const severity = min_severity ?? issueRuleDefaults.rules[name].severity;
    if (enabled) rules[name] = { severity };
    else delete rules[name];
    quietMillis = quiet ?? quietMillis;
  }
  return { rules, quietMillis };
}
