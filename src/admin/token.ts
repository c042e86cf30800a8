import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../config/secret.ts';

/** Who may use the API. The name is who did it, wherever that is asked. */
export interface AdminToken {
  name: string;
  token: Secret;
}

const fileName = 'admin-token';

/**
 * The token of this data directory, made at the first start and readable to its owner alone.
 * @throws Error if the directory cannot be read or written
 */
export function storedToken(dataDirectory: string): { token: Secret; path: string } {
  const path = join(dataDirectory, fileName);
  try {
    // Exclusive: of two that start together, one makes the token and both use it.
    writeFileSync(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return { token: new Secret(readFileSync(path, 'utf8').trim()), path };
}

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
