import { endOf, type Rule } from './rule.ts';
import { readValue } from './values.ts';

/** How far before an option the name of the command may stand. */
const longestCommand = 512;

/** Short options mean something else with every command: `-p` is a port, a path or a password. */
interface Option {
  of: RegExp;
  triggers: readonly string[];
  /** What stands between the trigger and the value. */
  between: RegExp;
  isSecret: (value: string) => boolean;
}

const options: readonly Option[] = [
  // With a blank behind it, it asks for the password, and what follows is a database.
  {
    of: /\b(?:mysql|mariadb)/,
    triggers: [' -p', '"-p', "'-p"],
    between: /(?=\S)/y,
    isSecret: () => true,
  },
  { of: /\bsshpass\b/, triggers: [' -p'], between: /[ \t]*/y, isSecret: () => true },
  { of: /\bredis-cli\b/, triggers: [' -a'], between: /[ \t]+/y, isSecret: () => true },
  {
    of: /\b(?:curl|wget|https?)\b/,
    triggers: [' -u', ' --user', ' --proxy-user', ' --auth'],
    between: /[ \t=]*/y,
    isSecret: (value) => value.includes(':'),
  },
];

/** Passwords on the command lines that a failed child process quotes. */
export const commands: readonly Rule[] = options.map(({ of, triggers, between, isSecret }) => ({
  triggers,
  find(text, start, end) {
    // Of these options the capitals mean something else.
    if (/[A-Z]/.test(text.slice(start, end)) || !of.test(lineBefore(text, start))) return undefined;
    const value = readValue(text, endOf(between, text, end) ?? text.length);
    return value === undefined || !isSecret(text.slice(value.from, value.to)) ? undefined : value;
  },
}));

function lineBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - longestCommand), at);
  return before.slice(before.lastIndexOf('\n') + 1);
}
