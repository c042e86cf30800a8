import { Redactor } from './redactor.ts';

/** For a file that leaves the machine, in which nobody is to be named either. */
const redactor = new Redactor({ builtin: true, email: true, patterns: [], attributes: [] });

/**
 * A text without secrets and without what names people, as far as they are known by the name of the attribute or by their form.
 * @param key of the attribute that the text is the value of, if it is one
 */
export function redact(text: string, key?: string): string {
  return key === undefined ? redactor.text(text) : redactor.attribute(key, text);
}
