/** Finds the ends of quoted texts. */
export class Quotes {
  private readonly text: string;
  /** Quotes that were once found to have no end: they have none further on, and are not looked for again. */
  private readonly endless = new Set<string>();

  constructor(text: string) {
    this.text = text;
  }

  /** Where the text that is quoted from `open` on ends, or -1 if no quote begins there. */
  endOf(open: number): number {
    const { text } = this;
    const quote = text.charAt(open);
    const closing = closings[quote];
    if (closing === undefined || isWordCharacter(text, open - 1)) return -1;
    const escaped = text.charAt(open - 1) === '\\';
    const kind = escaped ? `\\${quote}` : quote;
    if (this.endless.has(kind)) return -1;
    for (let at = text.indexOf(closing, open + 1); at !== -1; at = text.indexOf(closing, at + 1)) {
      // An apostrophe has a letter behind it; a quote in a quoted text has a backslash before it.
      if ((text.charAt(at - 1) === '\\') === escaped && !isWordCharacter(text, at + 1)) return at;
    }
    this.endless.add(kind);
    return -1;
  }
}

/** Backticks are not here: what stands in them is code. */
const closings: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '“': '”',
  '„': '“',
  '‘': '’',
  '«': '»',
};

function isWordCharacter(text: string, at: number): boolean {
  return /^[\p{L}\p{N}_]$/u.test(text.charAt(at));
}
