import { compileUserRegex, type UserRegex } from './user-regex.ts';

/** Texts whose verdict is kept: attributes that are matched have few values, which come again and again. */
const mostVerdicts = 1024;
/** Longer texts are matched each time, so that the verdicts stay small. */
const longestKept = 256;

/**
 * A regular expression that a user wrote, in RE2's syntax, matched against whole texts. RE2 takes linear time whatever the expression
 * and the text are; most texts never get that far, since their beginning or an earlier verdict decides.
 */
export class AnchoredRegex {
  private readonly regex: UserRegex;
  private readonly prefix: string;
  private readonly isPlain: boolean;
  private verdicts = new Map<string, boolean>();

  /** @throws RE2JSSyntaxException */
  constructor(expression: string) {
    // Alertmanager's own anchoring. A dot does not match a line break there either.
    this.regex = compileUserRegex(`^(?:${expression})$`);
    const { prefix, rest } = literalPrefix(expression);
    this.prefix = prefix;
    this.isPlain = rest === '';
  }

  matches(text: string): boolean {
    if (this.isPlain) return text === this.prefix;
    if (!text.startsWith(this.prefix)) return false;
    if (text.length > longestKept) return this.regex.testExact(text);
    const known = this.verdicts.get(text);
    if (known !== undefined) return known;
    const verdict = this.regex.testExact(text);
    if (this.verdicts.size === mostVerdicts) this.verdicts = new Map();
    this.verdicts.set(text, verdict);
    return verdict;
  }
}

/** What every text that matches begins with, and the expression behind it. */
function literalPrefix(expression: string): { prefix: string; rest: string } {
  // An alternative or a flag may be about the beginning as well.
  if (/[|]|^\(\?/.test(expression)) return { prefix: '', rest: expression };
  const [, literals = ''] = /^((?:[^\\.+*?()[\]{}^$|]|\\[-./_@:\\])*)/u.exec(expression) ?? [];
  let rest = expression.slice(literals.length);
  let characters = Array.from(literals.matchAll(/\\(.)|(.)/gsu), ([, escaped, plain]) => escaped ?? plain!);
  // The last one may be there not at all, or several times.
  if (/^[+*?{]/.test(rest)) {
    characters = characters.slice(0, -1);
    rest = `…${rest}`;
  }
  return { prefix: characters.join(''), rest };
}
