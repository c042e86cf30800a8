import type { Matcher } from '../../match/matcher.ts';
import { MatcherInvalid, makeMatcher, tooLarge } from '../../match/parse.ts';
import { mostRegexSize, regexSizeOf } from '../../match/regex-size.ts';
import type { SilenceMatcher, WantedSilence } from './silence.ts';

const mostMatchers = 64;
/** Of all texts of one silence, in characters: a thousand of them stay small. */
const longestSilence = 8192;

/** What is wrong with a silence that somebody asks for, for that person to read; undefined if nothing is. */
export function wrongWith(wanted: WantedSilence, now: number): string | undefined {
  const { startsAt, endsAt, createdBy, comment, matchers } = wanted;
  if (startsAt >= endsAt) return 'start time must be before end time';
  if (endsAt <= now) return "end time can't be in the past";
  if (createdBy.trim() === '') return 'createdBy is empty: say who makes the silence';
  if (comment.trim() === '') return 'comment is empty: say why it is made';
  if (matchers.length > mostMatchers) return `more than ${mostMatchers} matchers`;
  if (lengthOf(wanted) > longestSilence)
    return `matchers, author and comment together are longer than ${longestSilence} characters`;
  return wrongWithMatchers(matchers);
}

function lengthOf({ createdBy, comment, matchers }: WantedSilence): number {
  const texts = [createdBy, comment, ...matchers.flatMap(({ name, value }) => [name, value])];
  return texts.reduce((sum, { length }) => sum + length, 0);
}

function wrongWithMatchers(matchers: readonly SilenceMatcher[]): string | undefined {
  if (regexSizeOf(matchers) > mostRegexSize) return tooLarge;
  const made: Matcher[] = [];
  for (const [i, matcher] of matchers.entries()) {
    if (matcher.name === '') return `matcher ${i + 1}: its name is empty`;
    try {
      made.push(makeMatcher(matcher));
    } catch (error) {
      if (!(error instanceof MatcherInvalid)) throw error;
      return `matcher ${i + 1}: ${error.message}`;
    }
  }
  // As in Alertmanager: it is most likely a slip of the pen, and would silence everything.
  return made.every(matchesEmpty)
    ? 'at least one matcher must not match the empty string: everything would be silenced'
    : undefined;
}

/** `a!="b"` says all but something on purpose. */
function matchesEmpty(matcher: Matcher): boolean {
  return !matcher.operator.startsWith('!') && matcher.matches({ value: () => undefined });
}
