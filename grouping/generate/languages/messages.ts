import { join } from 'node:path';
import type { Language } from '../language.ts';
import { execute, thrownIn } from '../process.ts';

/** Only types and messages, as clients of databases, brokers and other services write them; the program is in JavaScript. */
export const messages: Language = {
  name: 'messages',
  syntax: { lineComment: '//', quotes: [`'`, '"', '`'], indented: false },
  sources: /^src\/.*\.js$/,
  async run({ inputs, directory }) {
    const output = await execute([process.execPath, join(directory, 'main.js')], directory, inputs);
    const runtime = `node ${process.versions.node}`;
    return [{ thrown: thrownIn(output), runtime, service: 'shop', places: new Map() }];
  },
};
