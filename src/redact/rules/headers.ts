import { isHarmlessValue } from './harmless-values.ts';
import { endOf, type Finding, isWithinWord, placeholder, type Rule } from './rule.ts';
import { readValue } from './values.ts';

/** IANA's registry of authentication schemes, and some that are not in it; it stays, since it says what was tried. */
export const scheme =
  /(?:Basic|Bearer|Digest|Token|Api-?Key|Negotiate|NTLM|Hawk|HOBA|HMAC|AWS|AWS4-HMAC-SHA256|OAuth|SharedKey(?:Lite)?|SharedAccessSignature|GoogleLogin|JWT|DPoP|Mutual|PrivateToken|SCRAM-SHA-(?:1|256))[ \t]{1,8}/iy;

/** One word, or `name=value` several times. */
const parameters =
  /(?:[\w-]{1,64}=(?:\\*"[^"\n]{0,4096}"|[^\s,"']*)|[^\s"',;<>\\]+)(?:,[ \t]{0,8}[\w-]{1,64}=(?:\\*"[^"\n]{0,4096}"|[^\s,"']*))*/y;
/** Of a scheme that is not known: long enough to be no sentence. */
const anyScheme = /[A-Za-z][\w-]{0,31}[ \t]{1,8}(?=[\w.~+/=:-]{16})/y;

/** What follows `Authorization:`. @param enclosed the end of the quoted text that the header is all of, if it is */
export function credentials(text: string, at: number, enclosed: number | undefined): Finding | undefined {
  const whole = enclosed === undefined ? quoted(text, at) : { from: at, to: enclosed };
  const begin = endOf(scheme, text, whole?.from ?? at) ?? endOf(anyScheme, text, whole?.from ?? at);
  const from = begin ?? whole?.from ?? at;
  if (text.startsWith(placeholder, from)) return undefined;
  if (whole !== undefined) return put(text, from, whole.to);
  const list = readValue(text, at);
  if (list?.form === 'list') return list;
  return put(text, from, endOf(parameters, text, from));
}

const pairs = /[^\s;,"'\\=<>[\]]{1,256}=(?:"[^"\s]{0,4096}"|[^\s;"'\\]*)(?:;[^"'\\\r\n\]]*)?/y;

/** What follows `Cookie:` or `Set-Cookie:`, up to the end of its line. */
export function cookies(text: string, at: number, enclosed: number | undefined): Finding | undefined {
  const whole = enclosed === undefined ? quoted(text, at) : { from: at, to: enclosed };
  if (whole !== undefined) return put(text, whole.from, whole.to);
  const list = readValue(text, at);
  if (list?.form === 'list') return list;
  return put(text, at, endOf(pairs, text, at));
}

/** The inside of a quoted text. */
function quoted(text: string, at: number): Finding | undefined {
  const value = readValue(text, at);
  if (value?.form !== 'quoted') return undefined;
  const [opening] = /^[bBuUrRfF]?\\*["'`]/.exec(text.slice(at, at + 16)) ?? [''];
  const closes = text.slice(value.from, value.to).endsWith(opening.replace(/^\w/, ''));
  return { from: at + opening.length, to: value.to - (closes ? opening.replace(/^\w/, '').length : 0) };
}

function put(text: string, from: number, to: number | undefined): Finding | undefined {
  if (to === undefined || to <= from || isHarmlessValue(text.slice(from, to), false)) return undefined;
  return { from, to };
}

const credential = /[\w.~+/=-]{8,}/y;
const digest = /\w{1,32}=\\*"[^"\n]{0,1024}"(?:,[ \t]{0,8}\w{1,32}=(?:\\*"[^"\n]{0,1024}"|[^\s,"']*))*/y;

/** Credentials without the name of their header: `Bearer …`. */
export const bareCredentials: Rule = {
  triggers: ['bearer ', 'basic ', 'digest '],
  find(text, start, end) {
    if (isWithinWord(text, start)) return undefined;
    const from = endOf(/ {0,8}/y, text, end) ?? end;
    const list = text[start]!.toLowerCase() === 'd' ? endOf(digest, text, from) : undefined;
    if (list !== undefined && text.slice(from, list).includes('response=')) return { from, to: list };
    const to = endOf(credential, text, from);
    // Nothing that people write: `Basic authentication`, `Bearer realm="shop"`, `Digest SHA-256`.
    if (
      to === undefined ||
      !/\d|[a-z][A-Z]/.test(text.slice(from, to)) ||
      /=["']/.test(text.slice(to - 1, to + 1))
    )
      return undefined;
    return { from, to };
  },
};
