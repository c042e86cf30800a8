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

/**
 * Without what could drive a terminal, reverse the reading direction or hide: control characters other than tab and line
 * feed, and Unicode's bidirectional controls; and without halves of characters, which no chat takes.
 */
export function harmless(text: string): string {
  return text.replaceAll(hidden, '').toWellFormed();
}

const hidden = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
