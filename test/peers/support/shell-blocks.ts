import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A block of commands as a page shows it, marked `sh`. */
export interface ShellBlock {
  /** The heading that it stands under. */
  heading: string;
  commands: string;
}

/** @param page a path in the repository */
export function shellBlocks(page: string): ShellBlock[] {
  const text = readFileSync(fileURLToPath(new URL(`../../../${page}`, import.meta.url)), 'utf8');
  const blocks: ShellBlock[] = [];
  let heading = '';
  for (const [part] of text.matchAll(/^#+ .*$|^```sh\n[^]*?^```$/gm)) {
    if (part.startsWith('#')) heading = part.replace(/^#+ /, '');
    else blocks.push({ heading, commands: part.replace(/^```sh\n/, '').replace(/```$/, '') });
  }
  return blocks;
}
