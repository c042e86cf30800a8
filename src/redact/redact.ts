import { patterns } from './patterns.ts';
import { isSecretKey } from './secret-keys.ts';

/** Longer texts are cut: no value that anybody reads is, and what is looked for could stand anywhere in them. */
const longestText = 65_536;

/**
 * A text without secrets and without what names people, as far as they are known by the name of the attribute or by their form.
 * @param key of the attribute that the text is the value of, if it is one
 */
export function redact(text: string, key?: string): string {
  if (key !== undefined && isSecretKey(key)) return '<redacted>';
  let redacted = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  for (const { find, replace } of patterns) {
    redacted = redacted.replace(
      find,
      (match: string, ...groups: string[]) => replace(match, ...groups) ?? match,
    );
  }
  return redacted;
}
