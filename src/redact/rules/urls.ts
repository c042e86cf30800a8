import { backOver, endOf, type Rule } from './rule.ts';

/** Longer than what anybody writes before a host. */
const authority = /[^\s/?#]{0,1024}/y;
const unescaped = /[^\s"'`<>]{0,1024}/y;

/** `scheme://user:password@host`. What stands before the last `@` is of the user, since passwords are not always escaped. */
const userInUrl: Rule = {
  triggers: ['://'],
  find(text, _, end) {
    // Most urls in stack traces: `file:///app/…`.
    if (text[end] === '/') return undefined;
    const stop = endOf(authority, text, end) ?? end;
    let before = text.slice(end, stop);
    // `user:pa/ss@host`: what follows the colon would be a port else. So it would behind an `@` that is of the password.
    const host = before.slice(before.lastIndexOf('@') + 1);
    if (!host.startsWith('[') && /:(?!\d*$)/.test(host)) {
      before = text.slice(end, endOf(unescaped, text, stop));
    }
    const user = before.slice(0, Math.max(0, before.lastIndexOf('@')));
    return user.includes(':') ? { from: end, to: end + user.length } : undefined;
  },
};

/** `user:password@tcp(host:3306)/database`, as Go's driver of MySQL has it. */
const userInDsn: Rule = {
  triggers: ['@tcp(', '@unix('],
  find(text, at) {
    const from = backOver(/[^\s"'`]/, text, at, 128);
    return text.slice(from, at).includes(':') ? { from, to: at } : undefined;
  },
};

const userAndPassword = /[^\s/@"']{1,128}\/[^\s@"']{1,128}(?=@)/y;

/** `jdbc:oracle:thin:user/password@host`. */
const userOfOracle: Rule = {
  triggers: [':thin:'],
  find(text, _, end) {
    const to = endOf(userAndPassword, text, end);
    return to === undefined ? undefined : { from: end, to };
  },
};

/** Parameters of a query whose names say nothing elsewhere. */
const parameters = [
  'sig',
  'sign',
  'hmac',
  'key',
  'auth',
  'sas',
  'apikey',
  'x-amz-signature',
  'x-goog-signature',
];

/** A short one is seldom secret: `key=name`. */
const parameter = /(?!<)[^\s&"'`<>#;]{6,}/y;

const parameterOfQuery: Rule = {
  triggers: parameters.map((name) => `${name}=`),
  find(text, start, end) {
    if (start > 0 && !/[?&;]/.test(text.charAt(start - 1))) return undefined;
    const to = endOf(parameter, text, end);
    return to === undefined ? undefined : { from: end, to };
  },
};

export const urls: readonly Rule[] = [userInUrl, userInDsn, userOfOracle, parameterOfQuery];
