import type { Frame } from '../error-event.ts';
import { remembered } from '../../runtime/remembered.ts';

/**
 * What all of an organisation's code is in, by the way in which the language names it: `github.com/acme`, `com.acme`, `Acme`, a crate; empty for what
 * is in no package or namespace. Undefined where names say nothing of it.
 */
export function rootOf(call: Frame | undefined): string | undefined {
  return call?.module === undefined ? undefined : rootOfName(call.module);
}

const rootOfName = remembered({ most: 512, longest: 256 }, (name) => {
  if (name.includes('/')) return name.split('/', 2).join('/');
  const [first = '', second] = name.split(/[.\\:]+/, 2);
  if (second === undefined) return /^\p{Lu}/u.test(first) ? '' : first;
  return isDomain.test(first) ? `${first}.${second}` : first;
});

/** What Java's packages begin with is the end of a domain; other names of a few letters are the app's own (`main`, `shop`, `app`). */
const isDomain =
  /^(?:com|org|net|edu|gov|info|biz|io|dev|ai|me|tv|co|eu|uk|de|at|ch|fr|be|nl|lu|it|es|pt|pl|cz|sk|hu|ro|se|no|fi|dk|ee|lt|lv|ru|ua|us|ca|mx|br|ar|au|nz|jp|cn|kr|in|il|za|tr)$/;
