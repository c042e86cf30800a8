import { backOver, endOf, type Rule } from './rule.ts';

const host = /@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])/y;

/** As people have them: the last label of the host has letters only, so that `package@1.2.3` is none. */
export const email: Rule = {
  triggers: ['@'],
  find(text, at) {
    const from = backOver(/[\w.+-]/, text, at, 64);
    const to = endOf(host, text, at);
    return from === at || to === undefined ? undefined : { from, to, put: '<email>' };
  },
};
