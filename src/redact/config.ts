import * as z from 'zod';
import { PatternInvalid, UserPattern } from './user-pattern.ts';

/** Each of them reads every text: a few are usual. */
const mostPatterns = 20;
const mostAttributes = 200;

const pattern = z
  .string({ error: 'not a pattern: write it as text, such as "CUST-[0-9]{6}"' })
  .transform((text, context): UserPattern => {
    try {
      return new UserPattern(text);
    } catch (error) {
      if (!(error instanceof PatternInvalid)) throw error;
      context.issues.push({ code: 'custom', message: `not a pattern: ${error.message}`, input: undefined });
      return z.NEVER;
    }
  });

const attributeKey = z
  .string()
  .regex(
    /^(?=.{1,256}$)[^\s*]*\*?$/,
    'not the key of an attribute: up to 256 characters without blanks, with a * only at its end',
  );

export const redactSchema = z.strictObject({
  builtin: z
    .boolean()
    .default(true)
    .describe(
      'whether passwords, tokens, keys, credentials in headers and urls, card numbers and IBANs are taken out of what is stored',
    ),
  email: z.boolean().default(false).describe('whether e-mail addresses are taken out as well'),
  patterns: z
    .array(pattern)
    .max(mostPatterns, `more than ${mostPatterns} patterns`)
    .default([])
    .describe(
      'what else is secret: regular expressions (RE2) for parts of messages, stack traces, attributes and names, which become <redacted>',
    ),
  attributes: z
    .array(attributeKey)
    .max(mostAttributes, `more than ${mostAttributes} keys`)
    .default([])
    .describe(
      'keys of attributes whose values are never stored; user.* stands for all that begin with user.',
    ),
});
