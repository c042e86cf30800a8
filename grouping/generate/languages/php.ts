import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../language.ts';
import { execute, thrownIn } from '../process.ts';

/** PHP as Debian has it. */
export const php: Language = {
  name: 'php',
  syntax: { lineComment: '//', quotes: [`'`, '"'], indented: false },
  sources: /^src\/.*\.php$/,
  async run({ inputs, directory }) {
    renameSync(join(directory, 'library'), join(directory, 'vendor'));
    const output = await execute(['php', '-d', 'zend.assertions=1', 'main.php'], directory, inputs);
    const version = await execute(['php', '-r', 'echo PHP_VERSION;'], directory);
    return [{ thrown: thrownIn(output), runtime: `php ${version}`, service: 'shop', places: new Map() }];
  },
};
