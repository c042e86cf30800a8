import type { Issue } from '../../issues/issue.ts';

/** Of a message: enough of it to tell it from others, and little enough to look at thousands. */
const longestMessage = 1000;
/** Of all else together. */
const longestRest = 1000;

/** What an issue is found by. Its parts are in lines of their own, so that no word runs from one into the next. */
export function searchedText(issue: Issue): string {
  const { type, message, service, operation, component, shortId, frames } = issue;
  const calls = frames.map(({ function: name = '', module = '', file = '' }) => `${module} ${name} ${file}`);
  const rest = [shortId, service, operation, component, ...calls].join('\n');
  return folded(`${type}: ${message}`.slice(0, longestMessage) + '\n' + rest.slice(0, longestRest));
}

/** What is looked for: the longest say the most. */
const mostWords = 8;

/** The words of what somebody typed, as they stand in the texts: each is to be found somewhere in one, in a longer word too. */
export function wordsOf(query: string): readonly string[] {
  const words = [...new Set(folded(query).split(/\s+/))].filter((word) => word !== '');
  const longestFirst = words.sort((one, other) => other.length - one.length);
  return longestFirst.slice(0, mostWords);
}

/** Each costs a walk through all that have it, and more of them find hardly less. */
const mostTrigrams = 12;

/**
 * Trigrams of these words in the language of the index; undefined if no word has three letters. A text that has them has most likely the
 * words. Each is a string to the index, whatever is in it.
 */
export function trigramsOf(words: readonly string[]): string | undefined {
  const each = Math.ceil(mostTrigrams / words.length);
  const trigrams = new Set(words.flatMap((word) => spread(Array.from(word), each)));
  if (trigrams.size === 0) return undefined;
  return [...trigrams].map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' ');
}

/** So many trigrams of a word, from its beginning to its end. */
function spread(letters: readonly string[], most: number): string[] {
  const count = Math.max(0, letters.length - 2);
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, index) => {
    const at = taken === 1 ? 0 : Math.round((index * (count - 1)) / (taken - 1));
    return letters.slice(at, at + 3).join('');
  });
}

/** SQLite itself knows small letters of ASCII only, and takes no halves of surrogate pairs; its index ends at a NUL. */
function folded(text: string): string {
  return text.toLowerCase().toWellFormed().replaceAll('\u0000', ' ');
}
