import { isSecretName } from '../secret-names.ts';

/** No value, or its type: `token: undefined`, `(password: string)`. */
const noValue = new Set(
  `null nil none undefined nan true false yes no empty unset missing required optional string str text number int integer bool
   boolean bytes any object unknown void never array list function buffer uuid`.split(/\s+/),
);

/** How a sentence about it goes on: `password: must be 8 characters`, `token: expired`. */
const prose = new Set(
  `a an the this that is isn't are was were has had have must should shall may can cannot can't could not of on at in to for
   from by with and or as if field value expected ensure too invalid wrong incorrect expired mismatch error failed failure
   length min max minimum maximum contains does doesn't please enter unauthorized forbidden denied unexpected malformed revoked
   blank weak access permission header input please cannot unable lookup not_found notfound`.split(/\s+/),
);

/** Whether a word that stands where a secret would is one of those by which people say that there is none. */
function isHarmlessWord(value: string): boolean {
  const word = value.toLowerCase().replace(/[.!?:]+$/, '');
  return noValue.has(word) || prose.has(word) || isNameOfSecret(word);
}

/** `password: dbPassword`: not the secret, but what it is called. */
function isNameOfSecret(word: string): boolean {
  return /^[a-z_-]{1,32}$/.test(word) && isSecretName(word);
}

/** A mask, or what is filled in later: `****`, `$1`, `?`, `%s`, `${TOKEN}`, `{{token}}`. */
const stencil =
  /^(?:[*\u2022]+|x{3,}|\$\d{1,3}|\?|%s|%\(\w{1,64}\)s|@p\d{0,3}|\$?\{{1,2}[ \w.]{0,64}\}{0,2}|<[\w -]{1,64}>?)$/i;
/** A call, or a chain of names: source lines, as Python's traces have them. */
const call = /^[A-Za-z_$][A-Za-z_.$]{0,64}\(/;
const chain = /^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+[,;)]?$/;

/** Where a secret is looked up, as source lines have it: `os.environ["DB_PASSWORD"]`. */
const lookup =
  /^(?:os\.environ|process\.env|ENV|env|[\w.]{0,64}(?:config|settings|options|params|secrets))\[["'`]/;

/** In UTF-16 units: a longer value is none of these. */
const longest = 96;

/** Whether a value without quotes is code or a sentence rather than a secret. @param isExact whether no sentence can stand there */
export function isHarmlessValue(value: string, isExact: boolean): boolean {
  if (value.length > longest) return false;
  if (stencil.test(value) || call.test(value) || lookup.test(value)) return true;
  if (/^[:@$]\w+$/.test(value) && isSecretName(value.slice(1))) return true;
  if (chain.test(value)) return value.split(/\W+/).some(isSecretName);
  if (!isExact) return isHarmlessWord(value);
  const word = value.toLowerCase();
  return noValue.has(word) || isNameOfSecret(word);
}

/** By which one knows what validators say of a field: `is too short`, `String must contain at least 8 character(s)`. */
const complaint =
  /\b(?:is|be|must|may|should|cannot|can't|too|required|least|match|does|doesn't|blank|invalid)\b/;

const quotedItem = /\\*(["'])(?:(?!\1)[^\\]){1,256}\\*\1/g;

/** Whether a list behind the name of a secret has only sentences about it, as the answer of a validator has them by the names of fields. */
export function isComplaints(list: string): boolean {
  const inside = list.slice(1, -1);
  const items = inside.match(quotedItem) ?? [];
  const isAll = /^[\s,]*$/.test(inside.replaceAll(quotedItem, ''));
  return isAll && items.every((item) => item.includes(' ') && complaint.test(item));
}
