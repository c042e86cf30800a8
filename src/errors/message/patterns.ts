/*
 * What varies in a message and can be told by its form. All of it is tried at the beginning of every word, so whatever
 * can fail after it has matched something is bounded: a try costs a constant, and the whole text linear time.
 */

import { installation } from '../source-file.ts';

/** Where a word ends: no letter or digit follows. */
const end = '(?![\\p{L}\\p{N}_])';
/** Where a word begins. */
const start = '(?<![\\p{L}\\p{N}_])';

const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const weekday = '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?';
const zone =
  '(?:z|(?: ?(?:utc|gmt|[cemp][ds]t|cest))?(?: ?[+-]\\d{1,2}:?\\d{2}(?: \\([\\p{L} ]{3,40}\\))?)?)';
const minutes = '\\d{1,2}:[0-5]\\d';
const seconds = `${minutes}:[0-5]\\d(?:[.,]\\d{1,9})?(?: ?[ap]m)?`;
const clock = `(?:${seconds}|${minutes}(?: ?[ap]m)?)${zone}`;
const date = [
  '\\d{4}-\\d{1,2}-\\d{1,2}',
  '\\d{4}/\\d{1,2}/\\d{1,2}',
  '\\d{1,2}/\\d{1,2}/\\d{2,4}',
  '\\d{1,2}\\.\\d{1,2}\\.\\d{4}',
  `\\d{1,2}(?:st|nd|rd|th)?[ /-]${month}(?:[ /-]\\d{2,4})?`,
  // A failure that may happen 5 times is no date.
  `(?!may \\d{1,2}(?!,? \\d))${month} \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?`,
].join('|');
const time = [
  `(?:${weekday},? )?(?:${date})(?:(?:[t:]|,? |,? at )${clock}(?: \\d{4})?)?`,
  '\\d{8}t\\d{6}(?:\\.\\d{1,9})?z?',
  `${seconds}${zone}`,
  // Without these, 10:20 may as well be a line and a column: two numbers.
  `${minutes} ?[ap]m`,
].join('|');

const v4 = '\\d{1,3}(?:\\.\\d{1,3}){3}';
const group = '[0-9a-f]{1,4}';
const groups = `${group}(?::${group}){0,6}`;
const v6 = [`(?:${group}:){7}${group}`, `::(?:${group}:){0,5}${v4}`, `(?:${groups})?::(?:${groups})?`].join(
  '|',
);

/** Of at most 63 letters, digits and dashes (RFC 1035). */
const hostPart = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** Ends that no file, module or property has; of two parts only some are certain. */
const hostEnd = [
  '\\.(?:com|org|internal|local|localdomain|lan|corp|intranet|consul|svc|test|example|invalid)',
  '\\.[a-z0-9-]{1,63}\\.(?:net|io|dev|app|cloud|eu|de|uk|fr|us)',
].join('|');
/** Packages of Java and Go begin where hosts end. */
const packageRoot = '(?:com|org|net|io|java|javax|kotlin)';

/** Of a version. */
const preRelease = '-(?:alpha|beta|rc|snapshot|dev|preview|canary|next)(?:[.-]?\\d{1,16}){0,3}';

const amount = '\\d{1,15}(?:[.,]\\d{1,15})?';
const duration = [
  `${amount} ?(?:nano|micro|milli)?(?:seconds?|secs?)`,
  `${amount} ?(?:millis|msecs?|minutes?|mins?|hours?|hrs?|days?|weeks?|[mnuµμ]s)`,
  // More digits are a hexadecimal number that happens to end in d.
  '\\d{1,6}(?:\\.\\d{1,9})?(?: ?s|[mhdw])',
].join('|');

/** Names with digits in them that do not vary, and codes that say what failed. */
const names = [
  'utf-?(?:8|16|32)(?:[lb]e)?|ucs-?[24]|iso-?8859-\\d{1,2}|iso-?8601|rfc ?\\d{3,4}|windows-125\\d|cp125\\d|latin-?1',
  'base-?(?:16|32|36|58|62|64)|sha-?(?:1|2|3|224|256|384|512)|md[45]|aes-?(?:128|192|256)|[rhe]s(?:256|384|512)',
  'x-?509|p12|pkcs#?\\d{1,2}|tls ?v?1(?:\\.[0-3])?|ssl ?v?[23]|oauth ?[12](?:\\.0)?|http/[123](?:\\.[01])?|http[23]|ipv[46]',
  'x86(?:_64)?|x64|amd64|arm64|(?:u?int|float)(?:8|16|32|64|128)|[iuf](?:8|16|32|64)|es(?:[356]|20\\d\\d)|v\\d{1,2}(?!\\.\\d)',
  's3|ec2|k8s|i18n|l10n|mp[34]|h26[45]|log4j|neo4j|[45]xx',
  // MongoDB, Prisma, Oracle, TypeScript, Angular.
  'e11000|p[12356]\\d{3}|ora-\\d{5}|ts\\d{4,5}|ng0\\d{3,4}',
].join('|');

/** Looks ahead for one of these in base64. */
function among(characters: string): string {
  return `(?=[A-Za-z0-9+/]{0,128}[${characters}])`;
}

/** By the placeholder that takes its place, in the order in which they are tried. */
export const patterns = {
  url: '[a-z][a-z0-9+.-]{0,30}://[^\\s"\'`<>(){}|\\\\]*[^\\s"\'`<>(){}|\\\\.,;:!?\\]]',
  data: 'data:[a-z]{1,20}/[a-z0-9.+-]{1,60}[;,][^\\s"\'<>]*',
  email: '[\\p{L}\\p{N}._%+-]{1,64}@[\\p{L}\\p{N}-]{1,63}(?:\\.[\\p{L}\\p{N}-]{1,63}){1,8}',
  /** The app's own place, before a file of it. */
  place: `(?<![\\p{L}\\p{N}_.~/-])(?-i:${installation})(?=[^\\s/])`,
  /** Its first part says what it is for; the others, where that is run. */
  host: `(?<![\\p{L}\\p{N}_.@/\\\\-])(?!${packageRoot}\\.)(?-i:${hostPart}(?:\\.${hostPart}){1,6})(?<=${hostEnd})${end}(?![.(]|[-:]{2})`,
  /** Stays as it is. */
  name: `${start}(?:${names})${end}`,
  /** The query of a path. */
  query: '(?<=\\S)\\?[\\p{L}\\p{N}_.%[\\]-]{1,64}=[^\\s"\'`<>()]*',
  uuid: `[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}${end}`,
  /** A digest, a trace id, a UUID without its dashes. */
  hash: `(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})${end}`,
  /** A JSON Web Token. */
  token: 'eyJ[\\w-]{8,}\\.[\\w-]{2,}\\.[\\w-]*',
  /** With the signs at its end that say so: it has what else would part words. */
  base64: `(?<![\\p{L}\\p{N}_/+=.-])(?-i:(?=[A-Za-z0-9+/]{14,2048}=)${['a-z', 'A-Z', '0-9+/'].map(among).join('')}(?:[A-Za-z0-9+/]{4}){3,512}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=))(?![\\p{L}\\p{N}_=])`,
  mac: `${start}[0-9a-f]{2}(?:(?::[0-9a-f]{2}){5}|(?:-[0-9a-f]{2}){5})${end}(?!:)`,
  /** Address and port. Node writes `::1:5432` without brackets. */
  endpoint: `(?<![\\p{L}\\p{N}_:.])(?:${v4}|localhost|::1):\\d{2,5}${end}(?![:.]\\d)`,
  /** An address has a digit and is not called: C++, PHP and Ruby write `Fee::add()`. */
  ip: [
    `(?<![\\p{L}\\p{N}_.])${v4}(?:/\\d{1,2})?${end}(?!\\.\\d)`,
    `(?<![\\p{L}\\p{N}_:])(?=[a-f:]{0,39}\\d)(?:${v6})(?:%[\\p{L}\\p{N}]{1,16})?(?:/\\d{1,3})?${end}(?!\\()`,
  ].join('|'),
  time: `(?:${time})${end}`,
  duration: `(?:${duration})(?: ?(?:${duration})){0,5}${end}(?!-[\\p{L}\\p{N}])`,
  size: `${amount} ?(?:[kmgtp]i?b|bytes?)${end}`,
  num: `\\+\\d{1,3}(?:[ -]?(?:\\(\\d{1,5}\\)|\\d{1,8})){2,6}${end}|(?:${start}(?<![)\\]])[+-])?(?:0x[0-9a-f]+|\\d+(?:[.,_']\\d+)*(?:e[+-]?\\d+)?(?:st|nd|rd|th|${preRelease})?)${end}`,
  /** As in `Key (email)=(…) already exists`. */
  value: '(?<==)\\([^()]{0,256}\\)',
  /** Of a key: `user=ada.king`. */
  assigned: '(?<=[\\p{L}\\p{N}_]=)[\\p{L}\\p{N}_.@%+-]{1,128}',
  /** Digits among letters are judged apart: only some are an id. */
  word: '[\\p{L}\\p{M}\\p{N}_][\\p{L}\\p{M}\\p{N}_-]*',
  other: '[^]',
} as const;

export type Kind = keyof typeof patterns;
