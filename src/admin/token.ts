import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret.ts';

/** Who may use the API. The name is who did it, wherever that is asked. */
export interface AdminToken {
  name: string;
  token: Secret;
}

/** Fewer characters can be found by trying, in time. */
export const shortestToken = 16;

/** Whose token this is. Takes as long for a wrong one as for a right one, and looks at all of them. */
export function ownerOf(candidate: string, tokens: readonly AdminToken[]): string | undefined {
  const given = digest(candidate);
  let owner: string | undefined;
  for (const { name, token } of tokens) if (timingSafeEqual(given, digest(token.reveal()))) owner = name;
  return owner;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
