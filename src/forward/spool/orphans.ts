import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Names of directories in which something waits, and that are of no destination.
 * @param directory where each destination has one
 * @param known names of destinations
 */
export async function orphansIn(directory: string, known: readonly string[]): Promise<string[]> {
  const names = await entriesOf(directory);
  const others = names.filter((name) => !known.includes(name));
  const contents = await Promise.all(others.map((name) => entriesOf(join(directory, name))));
  return others.filter((_, i) => contents[i]!.some((file) => file.endsWith('.spool')));
}

async function entriesOf(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}
