import { endOf, type Rule } from './rule.ts';

const begin = /-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----/iy;
const end = /-----END [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----/iy;

/** Longer than any key. */
const longestKey = 32_768;

/** In PEM (RFC 7468) or OpenPGP's armour. One that does not end was cut, and everything behind its beginning may be of it. */
export const privateKey: Rule = {
  triggers: ['-----begin '],
  find(text, start) {
    const body = endOf(begin, text, start);
    // Quoted in a sentence about keys.
    if (body === undefined || /^["'`]/.test(text.slice(body, body + 1))) return undefined;
    const limit = Math.min(text.length, body + longestKey);
    for (
      let at = text.indexOf('-----END', body);
      at !== -1 && at < limit;
      at = text.indexOf('-----END', at + 1)
    ) {
      const to = endOf(end, text, at);
      if (to !== undefined) return { from: start, to };
    }
    return { from: start, to: limit };
  },
};
