import * as z from 'zod';
import { matchers } from '../match/config.ts';
import { redactSchema } from '../redact/config.ts';
import { Redactor } from '../redact/redactor.ts';
import { severities } from './error-event.ts';
import { parseTemplate, type Template, TemplateInvalid } from './fingerprint/template.ts';
import type { ErrorOptions } from './policy.ts';

const mostRules = 100;
const mostSet = 20;

const where = (what: string) =>
  matchers().describe(`${what}: matchers on the event, all of which must match, such as class="timeout"`);

const severityRule = z.strictObject({
  severity: z.enum(severities, { error: `not one of: ${severities.join(', ')}` }).describe('that it gives'),
  where: where('what it is for'),
});

const ruleName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'not a name: up to 64 letters, digits, dots, dashes and underscores');

const expectedRule = z.strictObject({
  name: ruleName.describe('for people'),
  where: where('what is expected'),
});

const mostParts = 10;

const template = z
  .string()
  .max(256)
  .transform((text, context): Template => {
    try {
      return parseTemplate(text);
    } catch (error) {
      if (!(error instanceof TemplateInvalid)) throw error;
      context.issues.push({ code: 'custom', message: error.message, input: undefined });
      return z.NEVER;
    }
  });

const fingerprintRule = z.strictObject({
  name: ruleName.describe('for people'),
  fingerprint: z
    .array(template)
    .min(1, 'a fingerprint needs at least one part')
    .max(mostParts, `more than ${mostParts} parts`)
    .describe(
      'texts that make the fingerprint, with what the event has for {{ type }}, {{ message }} (without ids), {{ attribute.KEY }} and so on; {{ default }} is what Tocsin would have made of it',
    ),
  where: where('what it is for'),
});

const enrichRule = z.strictObject({
  set: z
    .record(ruleName, z.union([z.string().max(512), z.number(), z.boolean()]))
    .refine((set) => Object.keys(set).length <= mostSet, `more than ${mostSet} attributes`)
    .describe('attributes that the event is given, such as user_type: admin'),
  where: where('what it is for'),
});

const tooMany = `more than ${mostRules} rules`;

export const errorsSchema = z.strictObject({
  severity: z
    .array(severityRule)
    .max(mostRules, tooMany)
    .default([])
    .describe('how bad failures are: the first rule that matches decides, and else the built-in table'),
  expected: z
    .array(expectedRule)
    .max(mostRules, tooMany)
    .default([])
    .describe('failures that are business as usual: counted and listed like others, and never told'),
  fingerprint: z
    .array(fingerprintRule)
    .max(mostRules, tooMany)
    .default([])
    .describe(
      'which failures are one issue: the first rule that matches decides, after all others, and else types and calls',
    ),
  enrich: z
    .array(enrichRule)
    .max(mostRules, tooMany)
    .default([])
    .describe(
      'what else is known of failures; all rules that match count, before those for severity and expected',
    ),
  index_attributes: z
    .array(
      z.string().regex(/^\S{1,128}$/, 'not the key of an attribute: up to 128 characters without blanks'),
    )
    .max(20, 'more than 20 keys')
    .default([])
    .describe('attributes by which events can be found, such as game.id: GET /api/events?attr.game.id=17'),
  redact: redactSchema.prefault({}).describe('What is taken out of events before they are stored.'),
  environments_ignored: z
    .array(z.string().min(1).max(256))
    .max(mostRules, tooMany)
    .default([])
    .describe('deployment environments whose failures make no events, such as development'),
  kept_per_minute: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('events of one issue that are kept whole, on average; what comes on top is counted'),
});

export function errorOptions(given: z.infer<typeof errorsSchema>): ErrorOptions {
  const { severity, expected, fingerprint, enrich, redact } = given;
  return {
    severity,
    expected,
    fingerprint: fingerprint.map(({ fingerprint: parts, where }) => ({ parts, where })),
    enrich,
    redaction: new Redactor(redact),
    indexAttributes: given.index_attributes,
    environmentsIgnored: new Set(given.environments_ignored),
    keptPerMinute: given.kept_per_minute,
  };
}
