/** At most `max` UTF-16 units, ended with `…` where something was cut off, and never inside a character. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = max - 1;
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end--;
  return `${text.slice(0, end)}…`;
}

/** Harmless, within `max` UTF-16 units, and never empty: chats refuse empty texts. */
export function plain(text: string, max: number): string {
  const cleaned = cut(harmless(text).trim(), max);
  return cleaned === '' ? '–' : cleaned;
}

/** The same in one line, so that nothing in it looks like a line of ours. */
export function plainLine(text: string, max: number): string {
  return plain(text.replaceAll(lineBreaks, ' '), max);
}

export const lineBreaks = /[\n\u2028\u2029]/g;

/**
 * Without what could drive a terminal, reverse the reading direction or hide: colours and other sequences for terminals, control
 * characters other than tab and line feed, and Unicode's bidirectional controls; and without halves of characters, which no chat takes.
 */
export function harmless(text: string): string {
  return text.replaceAll(sequences, '').replaceAll(hidden, '').toWellFormed();
}

/** ECMA-48, section 5.4. */
// oxlint-disable-next-line no-control-regex
const sequences = /\u001b\[[0-?]*[ -/]*[@-~]/g;
const hidden = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
