import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../language.ts';
import { execute, thrownIn } from '../process.ts';
import { runtimeOf } from '../variants.ts';

/** Python by pyenv: 3.11 marks the failing part of a line, 3.8 does not, 3.13 marks it otherwise. */
export const python: Language = {
  name: 'python',
  syntax: { lineComment: '#', quotes: [`'`, '"'], indented: true },
  sources: /^backup\/.*\.py$/,
  async run({ variant, inputs, directory, cache }) {
    const version = runtimeOf(variant, ['3.11.7', '3.8.18', '3.13.0']);
    const [major, minor] = version.split('.');
    const home = (await execute(['pyenv', 'prefix', version], directory)).trim();
    const program = join(home, 'bin/python');
    const packages = join(cache, version, 'site-packages');
    if (!existsSync(packages))
      await execute(
        [program, '-m', 'pip', 'install', '--quiet', '--target', packages, 'requests==2.32.3'],
        directory,
      );
    const path = [packages, join(directory, 'library')].join(':');
    const output = await execute([program, 'main.py'], directory, { ...inputs, PYTHONPATH: path });
    const library = `lib/python${major}.${minor}`;
    const installed = variant.path.startsWith('/home') ? `${variant.path}/.venv` : '/usr/local';
    const places = new Map([
      [packages, `${installed}/${library}/site-packages`],
      [`${variant.path}/library`, `${installed}/${library}/site-packages`],
      [home, '/usr/local'],
    ]);
    return [{ thrown: thrownIn(output), runtime: `python ${version}`, service: 'backup', places }];
  },
};
