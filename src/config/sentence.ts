import type * as z from 'zod';
import type { Located } from './located.ts';

/** What zod found, in words; never with what is written there, which may be secret. */
export function sentence(issue: z.core.$ZodIssue, written: Located | undefined): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(written, issue);
    case 'invalid_value':
      if (written === undefined || isEmpty(written))
        return `missing: write one of: ${issue.values.map(String).join(', ')}`;
      if (!issue.message.startsWith('Invalid')) return issue.message;
      return `not one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string') return 'empty text: write something, or leave the key out';
      if (issue.origin === 'array') return `too few values: at least ${issue.minimum}`;
      return issue.inclusive
        ? `too small: at least ${issue.minimum}`
        : `too small: more than ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `too long: at most ${issue.maximum} characters`;
      if (issue.origin === 'array') return `too many values: at most ${issue.maximum}`;
      return issue.inclusive
        ? `too large: at most ${issue.maximum}`
        : `too large: less than ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function wrongType(written: Located | undefined, issue: z.core.$ZodIssueInvalidType): string {
  const wanted = kinds[issue.expected] ?? `of the kind ${issue.expected}`;
  if (written === undefined || isEmpty(written)) return `missing: write ${wanted}`;
  // A schema's own words are better than the kind alone, but for what is not a single value at all.
  if (!issue.message.startsWith('Invalid input') && written.kind === 'scalar') return issue.message;
  if (written.kind === 'scalar' && typeof written.value === 'number') {
    if (!Number.isFinite(written.value)) return 'not a finite number';
    if (issue.expected === 'int') return 'not a whole number';
  }
  return `not ${wanted}, but ${kindOf(written)}${hint(written, issue.expected)}`;
}

function isEmpty(node: Located): boolean {
  return node.kind === 'scalar' && node.value === undefined;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  array: 'a list',
};

function kindOf(node: Located): string {
  if (node.kind === 'map') return 'a mapping of keys to values';
  if (node.kind === 'list') return 'a list';
  switch (typeof node.value) {
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return node.value === '' ? 'empty text' : 'text';
  }
}

/** What most often makes a text of a number, or a number of a text. */
function hint(node: Located, wanted: string): string {
  if (node.kind !== 'scalar') return '';
  if (wanted === 'string') return ': write it in quotes';
  const { value, plain } = node;
  if (plain || typeof value !== 'string') return '';
  return readAs(wanted, value) === undefined ? '' : ': write it without quotes';
}

/** What a text says if a number or a boolean is wanted; undefined if it says neither. */
export function readAs(wanted: string, text: string): number | boolean | undefined {
  if (wanted !== 'boolean') return /^[-+]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  return /^(false|False|FALSE)$/.test(text) ? false : undefined;
}
