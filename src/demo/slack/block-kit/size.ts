import { isObject } from './rules.ts';

/**
 * Slack bounds the text of all blocks together, and does not say so anywhere. What is known is measured: one block of
 * 13,297 characters is taken, and a block more costs about 125 characters, whatever is in it. Slack counts a text with
 * its `&`, `<` and `>` escaped. Source: slackapi/bolt-js issue 2509.
 */
const maxCharacters = 13_297;
const charactersPerFurtherBlock = 125;

export function isTooLong(blocks: readonly unknown[]): boolean {
  return textCharacters(blocks) + charactersPerFurtherBlock * (blocks.length - 1) > maxCharacters;
}

function textCharacters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textCharacters(item), 0);
  if (!isObject(value)) return 0;
  let sum = 0;
  for (const [name, field] of Object.entries(value)) {
    sum += name === 'text' && typeof field === 'string' ? escapedLength(field) : textCharacters(field);
  }
  return sum;
}

function escapedLength(text: string): number {
  const ampersands = text.split('&').length - 1;
  const brackets = text.split(/[<>]/).length - 1;
  return text.length + ampersands * ('&amp;'.length - 1) + brackets * ('&lt;'.length - 1);
}
