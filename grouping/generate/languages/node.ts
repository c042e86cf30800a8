import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../language.ts';
import { execute, thrownIn } from '../process.ts';
import { runtimeOf } from '../variants.ts';

const newest = join(import.meta.dirname, '../../../node_modules/node/bin/node');

/** Node.js: the one of the project, and the machine's own. */
export const node: Language = {
  name: 'node',
  syntax: { lineComment: '//', quotes: [`'`, '"', '`'], indented: false },
  sources: /^src\/.*\.js$/,
  async run({ variant, inputs, directory }) {
    cpSync(join(directory, 'library'), join(directory, 'node_modules'), { recursive: true });
    const program = runtimeOf(variant, [newest, '/usr/bin/node']);
    const version = await execute([program, '--version'], directory);
    const output = await execute([program, 'main.js'], directory, inputs);
    return [
      {
        thrown: thrownIn(output),
        runtime: `node ${version.trim().slice(1)}`,
        service: 'shop',
        places: new Map(),
      },
    ];
  },
};
