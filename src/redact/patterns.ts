import { isCardNumber } from './card-number.ts';

export interface Pattern {
  /** What is looked for. Every one of them is linear: no part of it can match the same text in two ways. */
  find: RegExp;
  /** What stands there instead; undefined leaves it as it is. */
  replace: (match: string, ...groups: string[]) => string | undefined;
}

const redacted = '<redacted>';

/** Text in which some words before a value say that it is a secret, and values that are known by their form. In this order. */
export const patterns: readonly Pattern[] = [
  {
    find: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
    replace: () => redacted,
  },
  { find: /\b(Bearer|Basic|Digest) +[\w.~+/=-]{8,}/gi, replace: (_, scheme) => `${scheme} ${redacted}` },
  { find: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, replace: () => redacted },
  // scheme://user:password@host
  { find: /(:\/\/)[^\s/?#@:]{0,256}:[^\s/?#@]{1,256}@/g, replace: (_, start) => `${start}${redacted}@` },
  {
    find: /\b((?:[\w-]{0,32}(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key))["']?\s{0,4}[=:]\s{0,4})("[^"]{1,1024}"|'[^']{1,1024}'|[^\s"'&,;)}\]]{1,1024})/gi,
    replace: (_, name) => `${name}${redacted}`,
  },
  // Keys of well-known services, by their prefixes.
  {
    find: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bxox[abeoprs]-[\w-]{10,}|\b[sr]k_(?:live|test)_\w{10,}|\bAIza[\w-]{30,}|\bglpat-[\w-]{16,}|\bnpm_\w{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
    replace: () => redacted,
  },
  { find: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, replace: () => '<email>' },
  {
    find: /\b\d(?:[ -]?\d){12,18}\b/g,
    replace: (match) => (isCardNumber(match) ? '<card>' : undefined),
  },
];
