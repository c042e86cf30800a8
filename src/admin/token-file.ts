import { randomBytes } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAtMost } from '../config/bounded-file.ts';
import { Secret } from '../config/secret.ts';
import { shortestToken } from './token.ts';

/** The token cannot be kept; the message says what to do. */
export class TokenFileUnusable extends Error {
  override readonly name = 'TokenFileUnusable';
}

export interface StoredToken {
  token: Secret;
  path: string;
  /** What is wrong with the file, or was; for a person to read. */
  warnings: readonly string[];
}

const fileName = 'admin-token';
const longestToken = 1024;
const othersMayRead = 0o077;

/**
 * The token of this data directory, made at the first start and readable to its owner alone. One that is no token, since
 * somebody emptied the file or a full disk did, is made anew.
 * @throws TokenFileUnusable
 */
export function storedToken(dataDirectory: string): StoredToken {
  const path = join(dataDirectory, fileName);
  try {
    const warnings: string[] = [];
    create(path);
    let token = read(path);
    if (token === undefined) {
      rmSync(path);
      create(path);
      token = read(path);
      warnings.push(
        `${path} held no token of at least ${shortestToken} letters, digits and signs: a new one was made, the old one is not taken any more`,
      );
    }
    if (token === undefined) throw new Error('it does not hold what was written to it');
    if ((statSync(path).mode & othersMayRead) !== 0) {
      warnings.push(
        `${path} can be read by others than its owner, who can then use the API: chmod 600 ${path}`,
      );
    }
    return { token, path, warnings };
  } catch (error) {
    throw new TokenFileUnusable(
      `the admin token cannot be kept in ${path}: ${(error as Error).message}; make it a file that can be read and written, or set TOCSIN_ADMIN_TOKEN`,
    );
  }
}

/** Writes a token that is in use, if its file is not there any more. @throws what the system says */
export function keepToken(dataDirectory: string, token: Secret): void {
  create(join(dataDirectory, fileName), token.reveal());
}

/** Unless it is there: of two that start together, one makes the token and both use it. */
function create(path: string, token = randomBytes(24).toString('base64url')): void {
  try {
    writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function read(path: string): Secret | undefined {
  const text = Buffer.from(readAtMost(path, longestToken)).toString('utf8').trim();
  const isToken = /^[\x21-\x7e]+$/.test(text) && text.length >= shortestToken && text.length <= longestToken;
  return isToken ? new Secret(text) : undefined;
}
