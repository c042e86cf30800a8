import { join } from 'node:path';
import type { Language } from '../language.ts';
import { execute, thrownIn } from '../process.ts';
import { runtimeOf } from '../variants.ts';

/** Go, built as it is and with `-trimpath`, which leaves only the import path of a file. */
export const go: Language = {
  name: 'go',
  syntax: { lineComment: '//', quotes: ['"', '`'], indented: true },
  sources: /^(?:store|remote|plans)\/.*\.go$/,
  async run({ variant, inputs, directory }) {
    const flags = runtimeOf<readonly string[]>(variant, [[], ['-trimpath']]);
    await execute(['go', 'build', '-o', 'backup', ...flags, '.'], directory);
    const output = await execute([join(directory, 'backup')], directory, inputs);
    const version = await execute(['go', 'env', 'GOVERSION'], directory);
    const modules = (await execute(['go', 'env', 'GOMODCACHE'], directory)).trim();
    const places = new Map([
      [`${variant.path}/library/tinyweb`, '/go/pkg/mod/github.com/tinyweb/tinyweb@v1.3.0'],
      [modules, '/go/pkg/mod'],
    ]);
    const runtime = ['go', version.trim().slice(2), ...flags].join(' ');
    return [{ thrown: thrownIn(output), runtime, service: 'backup', places }];
  },
};
