import type { ErrorCode, YAMLError } from 'yaml';

/**
 * What is wrong, for a person who edits a file rather than writes a parser. Mistakes that are made seldom keep the words of the
 * library.
 */
export function yamlMistake({ code, message, pos }: YAMLError, text: string): string {
  if (text.startsWith('${', pos[0] - 1)) return 'a reference within { } or [ ] needs quotes: "${env:NAME}"';
  return sentences[code] ?? inWords(message) ?? message.split('\n', 1)[0]!;
}

const sentences: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_SCALAR_START: 'a value that begins with this character needs quotes around it',
  BLOCK_AS_IMPLICIT_KEY:
    'the value has a colon and keys of its own: put it in quotes, or begin a new line for each key',
  MULTILINE_IMPLICIT_KEY: 'a key is a single line: is a colon, or the space after it, missing?',
  MULTIPLE_DOCS: 'a file holds one configuration: take the line --- away',
  RESOURCE_EXHAUSTION: 'nested too deep',
  TAB_AS_INDENT: 'tabs cannot indent: use spaces',
  TAG_RESOLVE_FAILED: 'a word that begins with ! is a tag, and no tags are known: put the value in quotes',
};

function inWords(message: string): string | undefined {
  const bracket = /^Flow \w+ .*end with a ([\]}])$/.exec(message)?.[1];
  if (bracket !== undefined) return `a ${bracket} is missing before this`;
  const quote = /^Missing closing (['"])quote$/.exec(message)?.[1];
  if (quote !== undefined) return `a closing ${quote} is missing before this`;
  if (message === 'Implicit map keys need to be followed by map values')
    return 'a key without a colon after it';
  if (message === 'All mapping items must start at the same column')
    return 'indented neither like the keys above nor like those around them';
  if (message === 'Unexpected scalar at node end')
    return 'text after the end of a value: write a quote within quotes twice';
  return undefined;
}
