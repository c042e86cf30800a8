import { hash, randomBytes } from 'node:crypto';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { readAtMost } from '../../config/bounded-file.ts';
import { memoryPath, StoreUnusable } from './database.ts';

const keyBytes = 16;
const form = /^[\da-f]{32}\n?$/;

/**
 * By what the users of a store are hashed before it counts them. Who has the store alone, a backup or what was set aside, cannot find out of
 * anybody whether he is among them: so it is not in the store, but in a file beside it, which its owner alone can read.
 */
export class UserKey {
  /** Known to the store, which tells by it whether its sketches are of this key. */
  readonly digest: string;
  /** The key, and the hash that is hashed with it. */
  private readonly block = Buffer.alloc(keyBytes + 4);

  constructor(key: Uint8Array) {
    this.block.set(key);
    this.digest = hash('sha256', Buffer.concat([key, Buffer.from('digest')])).slice(0, 32);
  }

  /** 32 bits of 32 bits. */
  hashed(userHash: number): number {
    this.block.writeUInt32LE(userHash >>> 0, keyBytes);
    return hash('sha256', this.block, 'buffer').readUInt32LE(0);
  }
}

/**
 * The key of the store at a path, made with the store. What is no key, since somebody emptied the file or a full disk did, is made anew. In
 * memory it needs none.
 * @throws StoreUnusable
 */
export function userKeyOf(path: string): UserKey {
  if (path === memoryPath) return new UserKey(Buffer.alloc(keyBytes));
  const file = `${path}.key`;
  try {
    return new UserKey(read(file) ?? make(file));
  } catch (error) {
    throw new StoreUnusable(
      `${file} cannot be read or written, by which the store counts users: ${(error as Error).message}`,
    );
  }
}

function read(file: string): Buffer | undefined {
  try {
    const text = Buffer.from(readAtMost(file, 2 * keyBytes + 2)).toString('latin1');
    if (!form.test(text)) return undefined;
    restrict(file);
    return Buffer.from(text.trim(), 'hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A backup that was put back, or a volume's group, may have made it everybody's. */
function restrict(file: string): void {
  if ((statSync(file).mode & 0o077) === 0) return;
  try {
    chmodSync(file, 0o600);
  } catch {
    // Somebody else's file, which can be read all the same.
  }
}

function make(file: string): Buffer {
  const key = randomBytes(keyBytes);
  writeFileSync(file, `${key.toString('hex')}\n`, { mode: 0o600 });
  return key;
}
