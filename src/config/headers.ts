import * as z from 'zod';
import { headerValue } from './scalars.ts';

/** RFC 9110, section 5.6.2: what the name of a header may consist of. */
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** They say how the request itself is sent. */
export const requestHeaders: readonly string[] = [
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Headers that a user adds to requests, by name. @param own those that only Tocsin sets, in lower case */
export function headerMap(own: readonly string[]) {
  return z.record(z.string(), headerValue()).superRefine((given, context) => {
    const seen = new Set<string>();
    for (const name of Object.keys(given)) {
      const message = nameMistake(name, own, seen);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
      seen.add(name.toLowerCase());
    }
  });
}

function nameMistake(name: string, own: readonly string[], seen: ReadonlySet<string>): string | undefined {
  if (!headerName.test(name)) return 'not the name of a header: write letters, digits and dashes';
  if (own.includes(name.toLowerCase())) return 'Tocsin sets this header itself: take it away';
  return seen.has(name.toLowerCase()) ? 'the same header as another here: take one of them away' : undefined;
}
