import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readAtMost } from '../../config/bounded-file.ts';
import type { SourceText } from './configuration-source.ts';

const fileName = 'last-good-configuration.json';
const maxBytes = 32 * 2 ** 20;

const schema = z.object({
  version: z.literal(1),
  files: z.array(z.object({ path: z.string(), text: z.string() })),
});

/**
 * Keeps the configuration that works, for a start with `--fail-open`: the texts of its files, with references as they are written,
 * so that no secret is written down that was not in them. Readable to its owner alone.
 * @throws Error of node:fs
 */
export function keepLastGood(directory: string, files: readonly SourceText[]): void {
  const path = join(directory, fileName);
  const whole = `${path}.new`;
  rmSync(whole, { force: true });
  writeFileSync(whole, JSON.stringify({ version: 1, files }), { mode: 0o600, flag: 'wx' });
  // At once: half of it would be no configuration.
  renameSync(whole, path);
}

/** What was kept; undefined if nothing was, or it cannot be read. */
export function readLastGood(directory: string): readonly SourceText[] | undefined {
  try {
    const text = Buffer.from(readAtMost(join(directory, fileName), maxBytes)).toString('utf8');
    return schema.parse(JSON.parse(text)).files;
  } catch {
    return undefined;
  }
}
