/** What a change needs to know of a language. */
export interface Syntax {
  lineComment: string;
  /** Characters that open and close a text. */
  quotes: readonly string[];
  /** A file whose indentation means something is only broken within parentheses, and keeps its own. */
  indented: boolean;
}

export type Change = (source: string, syntax: Syntax) => string;

/** Local variables of all programs, and what another author would have called them. They stand for nothing else in any program. */
const otherNames = new Map([
  ['found', 'hit'],
  ['basket', 'bag'],
  ['reply', 'answer'],
  ['price', 'cost'],
  ['rows', 'records'],
  ['text', 'content'],
  ['entry', 'item'],
]);

/** Comments and empty lines where the file has an empty line already: every line below stands elsewhere. */
export function moved(source: string, { lineComment }: Syntax): string {
  let count = 0;
  return source.replaceAll(/^\n/gm, () => {
    count += 1;
    const remarks = Array.from({ length: 1 + (count % 3) }, () => `${lineComment} Reviewed.\n`);
    return `\n${remarks.join('')}\n`;
  });
}

export function renamed(source: string, syntax: Syntax): string {
  const interpolated = (text: string): string => text.replaceAll(/[$#]\{[^}]*\}/g, withOtherNames);
  return changed(source, syntax, withOtherNames, interpolated);
}

function withOtherNames(code: string): string {
  return code.replaceAll(/(?<![.\w>:])\$?[a-z]+\b(?!\s*\(|\s*:(?!=))/g, (word) => {
    const name = word.replace('$', '');
    const other = otherNames.get(name);
    return other === undefined ? word : word.replace(name, other);
  });
}

/** As a formatter with shorter lines and wider indentation would write it: each argument on a line of its own. */
export function reformatted(source: string, syntax: Syntax): string {
  let depth = 0;
  const broken = changed(source, syntax, (code) =>
    code.replaceAll(/[([{}\])]|, /g, (found) => {
      if ('([{'.includes(found)) depth += 1;
      else if (found === ', ') return depth > 0 ? `,\n${' '.repeat(4 * depth)}` : found;
      else depth -= 1;
      return found;
    }),
  );
  return syntax.indented ? broken : broken.replaceAll(/^(?: {2})+/gm, (indent) => indent + indent);
}

/** Changes code in one way, and texts and comments in another. */
function changed(
  source: string,
  { lineComment, quotes }: Syntax,
  ofCode: (code: string) => string,
  ofText: (text: string) => string = (text) => text,
): string {
  const mark = lineComment.replaceAll('/', String.raw`\/`);
  const texts = quotes.map((quote) => String.raw`${quote}(?:\\.|[^${quote}\\])*${quote}`);
  const kept = new RegExp(`(${mark}.*|${[String.raw`\/\*[^]*?\*\/`, ...texts].join('|')})`, 'g');
  return source
    .split(kept)
    .map((piece, index) => (index % 2 === 1 ? ofText(piece) : ofCode(piece)))
    .join('');
}
