import type { Message } from '../message.ts';

/**
 * The same for every try to tell of one revision of an incident, or to repeat it once; others for everything else. An incident that begins
 * again counts its revisions anew. Undefined if it is about none.
 */
export function tellingKey(
  { incident, repeatOf }: Pick<Message, 'incident' | 'repeatOf'>,
  separator: string,
): string | undefined {
  if (incident === undefined) return undefined;
  const { key, startsAt, revision } = incident;
  return [key, startsAt, revision, ...(repeatOf === undefined ? [] : [repeatOf])].join(separator);
}
