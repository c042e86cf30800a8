/** Stands where a secret stood. */
export const placeholder = '<redacted>';

/** What is to be taken out of a text: UTF-16 units, the end excluded. */
export interface Finding {
  from: number;
  to: number;
  /** What stands there instead of `<redacted>`. */
  put?: string;
}

/**
 * One kind of secret. Texts are searched for the triggers of all rules at once, so that one without any costs a single pass; a rule looks
 * at what is around its own, and only as far as it has to: what it finds is not searched again, and what it looks at in vain is bounded.
 */
export interface Rule {
  /** In lower case; capitals do not count, and `0` stands for any digit. */
  triggers: readonly string[];
  /**
   * @param start of the trigger
   * @param end of it, excluded
   */
  find(text: string, start: number, end: number): Finding | undefined;
}

/** Where a sticky pattern that is tried at `at` ends; undefined if it does not match. */
export function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Whether there is a letter or a digit before: what begins here is part of something longer. */
export function isWithinWord(text: string, at: number): boolean {
  return at > 0 && /[A-Za-z\d]/.test(text.charAt(at - 1));
}

/** The first of up to `most` characters before `at` that are all of a kind. */
export function backOver(kind: RegExp, text: string, at: number, most: number): number {
  let start = at;
  while (start > 0 && at - start < most && kind.test(text.charAt(start - 1))) start--;
  return start;
}
