import * as z from 'zod';
import { matchers } from '../match/config.ts';
import type { NoiseOptions } from './noise.ts';
import { type BuiltInRule, builtInRules } from './rule.ts';

const ruleName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'not a name: up to 64 letters, digits, dots, dashes and underscores')
  .refine(
    (name) => !(builtInRules as readonly string[]).includes(name),
    'the name of a built-in rule: choose another one',
  )
  .describe('by which what it drops is counted and shown');

const dropRule = z.strictObject({
  name: ruleName,
  where: matchers().describe(
    'what it drops: matchers on the local root, all of which must match, such as url.path=~"/static/.*"',
  ),
});

const mostRules = 100;

export const noiseSchema = z.strictObject({
  health_checks: z
    .boolean()
    .default(true)
    .describe('the built-in rules: health-checks, grpc-health and metrics-scrapes'),
  off: z.array(z.enum(builtInRules)).default([]).describe('built-in rules, by name, that are switched off'),
  drop: z
    .array(dropRule)
    .max(mostRules, `more than ${mostRules} rules`)
    .default([])
    .superRefine((rules, context) => {
      for (const [i, { name }] of rules.entries()) {
        if (rules.findIndex((other) => other.name === name) === i) continue;
        context.addIssue({ code: 'custom', path: [i, 'name'], message: 'a rule before has this name' });
      }
    })
    .describe('rules of your own, which are asked first; what failed is never dropped, whatever they say'),
});

export function noiseOptions({ health_checks, off, drop }: z.infer<typeof noiseSchema>): NoiseOptions {
  const builtIn = builtInRules.filter((rule) => health_checks && !off.includes(rule));
  return { builtIn: new Set<BuiltInRule>(builtIn), drop };
}
