import { damaged } from './mutate-bytes.ts';
import type { Random } from './random.ts';

const tokens = [
  'null',
  'true',
  'false',
  '{}',
  '[]',
  '[null]',
  '[{}]',
  '""',
  '"x"',
  '0',
  '-0',
  '-0.0',
  '1e2',
  '1.50e1',
  '1e-1',
  '1E400',
  '01',
  '1.',
  '.5',
  '+1',
  '-',
  '2147483647',
  '2147483648',
  '-2147483648',
  '-2147483649',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '18446744073709551615',
  '18446744073709551616',
  '"18446744073709551615"',
  '100000000000000000000e-2',
  '1e19',
  '1e20',
  '"NaN"',
  '"Infinity"',
  '"-Infinity"',
  'NaN',
  '"1"',
  '" 1"',
  '"1 "',
  '"0x1"',
  '"1e3"',
  '"-1"',
  '"1.0"',
  '"SPAN_KIND_SERVER"',
  '"STATUS_CODE_ERROR"',
  '"SEVERITY_NUMBER_ERROR"',
  '"toString"',
  '"__proto__"',
  '"5b8efff798038103d269b633813fc60c"',
  '"EEE19B7EC3C1B174"',
  '"eee19b7ec3c1b17"',
  '"zz"',
  '"AP/7"',
  '"AP_7"',
  '"A"',
  '"AA=="',
  '"AA="',
  '"AA"',
  '"===="',
  '"\\u00e9\\ud83d\\uded2"',
  '"\\ud83d"',
  '"\\udede\\ud83d"',
  '"\\u0000"',
  '"\\x"',
  '"\\u12g4"',
  '"\t"',
  '"\u00e9🛒"',
  '{"a":[{"b":null}]}',
];

const keys = [
  'traceId',
  'trace_id',
  'spanId',
  'name',
  'kind',
  'attributes',
  'value',
  'stringValue',
  'intValue',
  'int_value',
  'doubleValue',
  'bytesValue',
  'boolValue',
  'arrayValue',
  'kvlistValue',
  'values',
  'key',
  'startTimeUnixNano',
  'flags',
  'status',
  'code',
  'new',
  '__proto__',
  'constructor',
  'keyStrindex',
];

/** Changes values, keys or bytes of a JSON text. */
export function mutatedJson(json: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  if (random.once(3)) return damaged(json, other, random);
  let text = Buffer.from(json).toString();
  for (let times = 1 + random.below(3); times > 0; times--) text = changedOnce(text, random);
  const bytes = new TextEncoder().encode(text);
  return random.once(8) ? damaged(bytes, other, random) : bytes;
}

/** A value, a key with its colon, or a mark. */
const piece = /"(?:[^"\\]|\\[^])*"(\s*:)?|-?\d[\d.eE+-]*|true|false|null|[{}[\],]/g;

function changedOnce(text: string, random: Random): string {
  const start = random.below(text.length);
  piece.lastIndex = start;
  const found = piece.exec(text);
  if (found === null) return `${text}${random.one(tokens)}`;
  const { 0: old, 1: colon, index } = found;
  const put = (made: string): string => text.slice(0, index) + made + text.slice(index + old.length);
  if (colon !== undefined) return put(changedKey(old, random));
  switch (random.below(5)) {
    case 0:
      return put('');
    case 1:
      return put(`${old}${old}`);
    case 2:
      return put(`${'['.repeat(1 + random.below(120))}${old}`);
    default:
      return put(random.one(tokens));
  }
}

function changedKey(old: string, random: Random): string {
  const other = `"${random.one(keys)}":`;
  if (random.once(3)) return `${other}${random.one(tokens)},${old}`;
  return random.once(4)
    ? old.replace(/[a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)
    : other;
}
