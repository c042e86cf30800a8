import { WordSearch } from '../match/word-search.ts';
import { cardNumber } from './rules/card-number.ts';
import { commands } from './rules/commands.ts';
import { email } from './rules/email.ts';
import { bareCredentials } from './rules/headers.ts';
import { iban } from './rules/iban.ts';
import { knownKeys } from './rules/known-keys.ts';
import { namedValue } from './rules/named-values.ts';
import { privateKey } from './rules/private-key.ts';
import { placeholder, type Rule } from './rules/rule.ts';
import { urls } from './rules/urls.ts';

const rules: readonly Rule[] = [
  privateKey,
  namedValue,
  bareCredentials,
  ...urls,
  ...commands,
  ...knownKeys,
  cardNumber,
  iban,
];

/** What is to be taken out. */
export interface Wanted {
  secrets: boolean;
  emails: boolean;
}

const searches = {
  secrets: searchFor(rules),
  emails: searchFor([email]),
  both: searchFor([...rules, email]),
};

function searchFor(rules: readonly Rule[]): WordSearch<Rule> {
  return new WordSearch(rules.flatMap((rule) => rule.triggers.map((trigger) => [trigger, rule] as const)));
}

/** How often a text is read again in which something was found. */
const mostRounds = 4;

/** The text without the secrets that are known by their form or by what stands before them, and without e-mail addresses, as wanted. */
export function withoutSecrets(text: string, { secrets, emails }: Wanted): string {
  const search = searches[secrets && emails ? 'both' : secrets ? 'secrets' : 'emails'];
  let before = text;
  for (let round = 0; round < mostRounds; round++) {
    const after = once(search, before);
    if (after === before) break;
    // What was taken out may have hidden where a name beside it begins.
    before = after;
  }
  return before;
}

function once(search: WordSearch<Rule>, text: string): string {
  let clean = '';
  /** Up to here the text is in `clean`. */
  let done = 0;
  search.search(text, (rule, start, end) => {
    const found = rule.find(text, start, end);
    if (found === undefined || found.to <= done) return end;
    clean += text.slice(done, Math.max(done, found.from)) + (found.put ?? placeholder);
    done = found.to;
    return Math.max(end, done);
  });
  return done === 0 ? text : clean + text.slice(done);
}
