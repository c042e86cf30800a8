import { cleanWord } from './words.ts';

/**
 * What a URL asks for, and not of whom: `<url>/charges/<num>`. Where a service runs varies, and so do the addresses of customers and of pages;
 * a name of one part, such as `http://payments:8080`, is a service of the same cluster and says which.
 */
export function cleanUrl(url: string): string {
  const [, scheme = '', authority = '', path = ''] = /^([^:]*):\/\/([^/?#]*)([^?#]*)/.exec(url) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  const protocol = isWeb.test(scheme) ? '' : ` ${scheme.toLowerCase()}`;
  const service = isService.test(host) && host !== 'localhost' ? ` ${cleanWord(host)}` : '';
  const asked = path
    .split('/', mostSegments + 1)
    .slice(1)
    .map(cleanSegment);
  return `<url${protocol}${service}>${asked.map((segment) => `/${segment}`).join('')}`;
}

/** With TLS or without is where it runs; another protocol is another kind of service. */
const isWeb = /^(?:https?|wss?|file)$/i;

/** What is behind these is most often of one thing, by its name. */
const mostSegments = 2;

const isService = /^[a-z][a-z\d-]{0,62}$/;

/** A title is no name of a kind of thing, and neither is what is escaped or has the ending of a file. */
function cleanSegment(segment: string): string {
  return /^[\p{L}\p{N}_]+(?:-[\p{L}\p{N}_]+){0,2}$/u.test(segment)
    ? cleanWord(segment)
    : segment === ''
      ? ''
      : '<name>';
}
