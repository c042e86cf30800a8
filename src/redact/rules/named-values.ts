import { isSecretName } from '../secret-names.ts';
import { isComplaints, isHarmlessValue } from './harmless-values.ts';
import { cookies, credentials, scheme } from './headers.ts';
import { backOver, endOf, type Finding, placeholder, type Rule } from './rule.ts';
import { endOfQuoted, readValue } from './values.ts';

/** How far a name goes to both sides of the word that makes it secret. */
const longestName = 64;
const nameCharacter = /[\w-]/;
const restOfName = /[\w-]{0,64}/y;

/** A name as it stands in a text. */
interface Name {
  from: number;
  to: number;
  /** Where its value begins, if what stands between them says that it has one. */
  value: number;
  /** Joined by a sign that only code and configuration have: `=`, `=>`, or any with the name in quotes. */
  isExact: boolean;
}

/** `password=…`, `"apiKey": "…"`, `--token …`, `<secret>…</secret>`, headers, in whatever case the name is written. */
export const namedValue: Rule = {
  triggers: `pass pwd secret token credential authorization cookie csrf xsrf cvv cvc ssn sessid
    apikey api_key api-key api~key accesskey access_key access-key access~key privatekey private_key private-key private~key
    secret~key sharedkey shared_key shared-key accountkey account_key account-key authkey auth_key auth-key
    encryptionkey encryption_key encryption-key signingkey signing_key signing-key masterkey master_key master-key
    subscriptionkey subscription_key subscription-key functions-key
    sessionid session_id session-id`
    .split(/\s+/)
    .map((word) => word.replace('~', ' ')),
  find(text, start, end) {
    const from = backOver(nameCharacter, text, start, longestName);
    const to = endOf(restOfName, text, end) ?? end;
    const name = nameAt(text, from, to);
    if (name === undefined || !isSecretName(text.slice(from, to))) return undefined;
    return valueOf(text, name);
  },
};

const separator =
  /(\\*["'`])?(?:\[?\]|(?:%5[Bb])?%5[Dd])?[ \t]{0,8}(={1,3}>?|:=|:(?!:|\/\/)|%3[Dd])[ \t]{0,8}/y;
/** Node's `rawHeaders`, and pairs: `['Authorization', 'Bearer …']`. A list of the names of headers looks alike. */
const inPair = /\\*["'],\s{0,64}(?=b?\\*["'])(?!b?\\*["'][A-Za-z-]{0,64}\\*["'])/y;
const afterOption = /[ \t]{1,8}(?!-)|["'],\s{0,16}(?=["'])/y;
const afterTag = /(?:[ \t][^<>]{0,256})?>(?=[^<]{1,4096}<\/)/y;
/** `{"key": "password", "value": "…"}`, `<add key="password" value="…"/>`, `{Name:DB_PASSWORD Value:…}`: a name that is itself a value. */
const inEntry = /\\*["'`]?,?[ \t\r\n]{1,16}\\*["'`]?[Vv]alue\\*["'`]?[ \t]{0,4}[=:][ \t]{0,4}/y;
const headerName = /^(?:.*-.*|authorization|cookie)$/i;

function nameAt(text: string, from: number, to: number): Name | undefined {
  const before = text.charAt(from - 1);
  separator.lastIndex = to;
  const match = separator.exec(text);
  if (match !== null) {
    const isExact = match[1] !== undefined || !match[2]!.startsWith(':');
    // A path in front of a message, or a part of a name: `/run/secrets/token: no such file`, `arn:aws:…:secret:prod`.
    if (/[/:]/.test(before) && match[2] === ':') return undefined;
    return { from, to, value: separator.lastIndex, isExact };
  }
  const exactly = (value: number | undefined, isExact: boolean): Name | undefined =>
    value === undefined ? undefined : { from, to, value, isExact };
  if (text[from] === '-')
    return /^$|[\s"'`([]/.test(before) ? exactly(endOf(afterOption, text, to), false) : undefined;
  const entry = /["'`:]/.test(before) ? endOf(inEntry, text, to) : undefined;
  if (entry !== undefined) return exactly(entry, true);
  if (before === '<' || before === ':') return exactly(endOf(afterTag, text, to), true);
  return headerName.test(text.slice(from, to)) ? exactly(endOf(inPair, text, to), true) : undefined;
}

function valueOf(text: string, name: Name): Finding | undefined {
  const called = text.slice(name.from, name.to).toLowerCase();
  if (text.startsWith(placeholder, name.value)) return undefined;
  if (called.endsWith('cookie')) return cookies(text, name.value, enclosing(text, name));
  if (called.endsWith('authorization')) return credentials(text, name.value, enclosing(text, name));
  const value = readValue(text, endOf(scheme, text, name.value) ?? name.value);
  if (value === undefined) return undefined;
  if (value.form === 'list' && isComplaints(text.slice(value.from, value.to))) return undefined;
  return value.form === 'bare' && isHarmless(text, name, text.slice(value.from, value.to))
    ? undefined
    : value;
}

function isHarmless(text: string, { from, to, isExact }: Name, value: string): boolean {
  // What test runners count.
  if (text.slice(from, to).toLowerCase() === 'pass' && (!isExact || /^\d{1,6}$/.test(value))) return true;
  // What went wrong with it: `failed to get token: context deadline exceeded`. Passwords are nothing that one gets.
  if (
    !isExact &&
    /^(?:token|secret|credentials?)$/i.test(text.slice(from, to)) &&
    /^(?:[A-Za-z]+|\d{3})[.,:;]?$/.test(value)
  )
    return true;
  // What parsers say: they have tokens of their own.
  if (!isExact && /\b(?:unexpected|illegal) $/i.test(text.slice(Math.max(0, from - 12), from))) return true;
  return isHarmlessValue(value, isExact);
}

/** Where a quote that stands right before the name is closed: a header is all that is in it, as in `-H 'Cookie: a=b; c=d'`. */
function enclosing(text: string, { from, value }: Name): number | undefined {
  const quote = backOver(/["']/, text, from, 1);
  if (quote === from) return undefined;
  const escapes = backOver(/\\/, text, quote, 8);
  const content = endOfQuoted(text, escapes, from).content;
  return content > value ? content : undefined;
}
