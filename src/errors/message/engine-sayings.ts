/*
 * What engines of JavaScript say of one failure, each in its own words: V8, SpiderMonkey (js/public/friend/ErrorNumbers.msg) and
 * JavaScriptCore. Where only the message tells failures apart, those of one browser would be others than those of the next.
 */

/** A stack overflow. */
export const tooManyCalls = 'too many calls';

export interface Saying {
  /** One for each engine or version. A property that it names is the group `name`. */
  ways: readonly RegExp[];
  /** What is said of it. */
  as: string;
}

/** Of what is called or read a minifier leaves only the last name: `t.items.map`. */
const path = String.raw`(?<name>[\p{L}_$][\p{L}\p{N}_$]{0,127})`;
const nothing = '(?:undefined|null)';

export const sayings: readonly Saying[] = [
  {
    as: 'no property',
    ways: [
      way(`Cannot (?:read|set) propert(?:y|ies) of ${nothing} \\((?:reading|setting) '(?<name>.{1,128})'\\)`),
      way(`Cannot (?:read|set) property '(?<name>.{1,128})' of ${nothing}`),
      way(`Cannot destructure property '(?<name>.{1,128})' of '.{0,256}' as it is ${nothing}\\.`),
      way(`can't access property "(?<name>.{1,128})", .{1,256} is ${nothing}`),
      end(`^${nothing} is not an object \\(evaluating '(?:.{0,256}\\.)?${path}'\\)`),
      end(`^\\S{1,256} is ${nothing}`),
    ],
  },
  {
    as: 'not a function',
    ways: [end(`(?:\\.${path}|\\S) is not a function(?:\\. \\(In '.{0,512}', '.{0,512}' is .{1,64}\\))?`)],
  },
  {
    as: 'not defined',
    ways: [way(`(?<name>\\S{1,128}) is not defined`), way("Can't find variable: (?<name>\\S{1,128})")],
  },
  {
    as: 'not iterable',
    ways: [
      end(' is not iterable(?: \\(cannot read property Symbol\\(Symbol\\.iterator\\)\\))?'),
      way(`${nothing} is not a function \\(near '.{0,256}'\\)`),
      way('Spread syntax requires \\.\\.\\.iterable\\[Symbol\\.iterator\\] to be a function.{0,256}'),
    ],
  },
  {
    as: 'assignment to constant',
    ways: [
      way('Assignment to constant variable\\.'),
      way("invalid assignment to const '.{1,128}'"),
      way('Attempted to assign to readonly property\\.'),
    ],
  },
  {
    as: 'used before initialization',
    ways: [
      way("Cannot access '.{1,128}' before initialization\\.?"),
      way("can't access lexical declaration '.{1,128}' before initialization"),
    ],
  },
  {
    as: 'nothing converted to object',
    ways: [
      way('Cannot convert undefined or null to object'),
      way(`can't convert ${nothing} to object`),
      way('Object\\.\\w{1,32} requires that input parameter not be null or undefined'),
    ],
  },
  { as: tooManyCalls, ways: [way('Maximum call stack size exceeded\\.?'), way('too much recursion')] },
  {
    as: 'not JSON: ends',
    ways: [
      way('Unexpected end of JSON input'),
      way('JSON\\.parse: unexpected end of data.{0,64}'),
      way('JSON Parse error: Unexpected EOF'),
    ],
  },
  {
    as: 'not JSON: property name',
    ways: [
      way('Expected (?:double-quoted )?property name.{0,32} in JSON at position \\d+.{0,64}'),
      way('JSON\\.parse: expected (?:double-quoted )?property name.{0,128}'),
      way('JSON Parse error: (?:Property name must be a string literal|Expected .\\}.)'),
    ],
  },
  {
    as: 'not JSON: string',
    ways: [
      way(
        '(?:Unterminated string|Bad control character|Bad escaped character).{0,64} in JSON at position \\d+.{0,64}',
      ),
      way('JSON\\.parse: (?:unterminated string|bad control character|bad escaped character).{0,128}'),
      way('JSON Parse error: (?:Unterminated string|Invalid escape character).{0,256}'),
    ],
  },
  {
    as: 'not JSON: more behind it',
    ways: [
      way('Unexpected non-whitespace character after JSON at position \\d+.{0,64}'),
      way('JSON\\.parse: unexpected non-whitespace character after JSON data.{0,64}'),
    ],
  },
  {
    as: 'not JSON: separator',
    ways: [
      way('Expected .{1,32} after .{1,32} in JSON at position \\d+.{0,64}'),
      way('JSON\\.parse: expected .{1,32} after .{0,128}'),
      way('JSON Parse error: Expected .{0,128}'),
    ],
  },
  {
    as: 'not JSON: token',
    ways: [
      way('Unexpected (?:token|number|string).{0,512}JSON(?: at position.{0,64})?'),
      way('JSON\\.parse: unexpected .{0,128}'),
      way('JSON Parse error: (?:Unexpected|Unrecognized).{0,512}'),
    ],
  },
  {
    as: 'not JSON',
    ways: [end(' is not valid JSON'), way('JSON\\.parse: .{1,256}'), way('JSON Parse error: .{1,512}')],
  },
  {
    as: 'JSON of a circle',
    ways: [
      way('Converting circular structure to JSON'),
      way('cyclic object value'),
      way('JSON\\.stringify cannot serialize cyclic structures\\.'),
    ],
  },
  {
    as: 'fetch failed',
    ways: [
      way('Failed to fetch(?: \\(.{1,256}\\))?'),
      way('NetworkError when attempting to fetch resource\\.'),
      way('Load failed(?: \\(.{1,256}\\))?'),
      way('Network request failed'),
    ],
  },
  {
    as: 'module not loaded',
    ways: [
      way('Failed to fetch dynamically imported module: .{1,1024}'),
      way('error loading dynamically imported module: .{1,1024}'),
      way('Importing a module script failed\\.'),
    ],
  },
  {
    as: 'invalid URL',
    ways: [
      way("Failed to construct 'URL': Invalid URL"),
      way('Invalid URL(?:: .{0,1024})?'),
      way('URL constructor: .{0,1024} is not a valid URL\\.'),
      end(' cannot be parsed as a URL\\.'),
    ],
  },
  {
    as: 'over quota',
    ways: [
      way("Failed to execute 'setItem' on 'Storage': Setting the value of '.{0,256}' exceeded the quota\\."),
      way('The quota has been exceeded\\.'),
    ],
  },
  {
    as: 'invalid time',
    ways: [way('Invalid time value'), way('invalid date', 'iu'), way('date value is not finite in .{1,64}')],
  },
  { as: 'malformed URI', ways: [way('URI malformed'), way('malformed URI sequence'), way('URI error')] },
  {
    as: 'aborted',
    ways: [
      way('signal is aborted without reason\\.?'),
      way('(?:The user|This operation was) aborted(?: a request)?\\.?'),
      way('The operation was aborted\\. ?'),
      way('Fetch is aborted'),
    ],
  },
];

function way(pattern: string, flags = 'u'): RegExp {
  return new RegExp(`^(?:Uncaught )?(?:${pattern})$`, flags);
}

/** How a message ends, whatever it begins with. */
function end(pattern: string): RegExp {
  return new RegExp(`${pattern}$`, 'u');
}
