import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Language } from '../language.ts';
import { execute, thrownIn } from '../process.ts';
import { runtimeOf } from '../variants.ts';

/** Rust, built for debugging, optimized with the lines of calls, and optimized without, which is what cargo does by default. */
export const rust: Language = {
  name: 'rust',
  syntax: { lineComment: '//', quotes: ['"'], indented: false },
  sources: /^src\/(?!main).*\.rs$/,
  async run({ variant, inputs, directory, cache }) {
    const profile = runtimeOf(variant, ['dev', 'lines', 'release']);
    const target = join(cache, 'target');
    await execute(['cargo', 'build', '--quiet', '--profile', profile, '--target-dir', target], directory);
    const program = join(target, profile === 'dev' ? 'debug' : profile, 'shop');
    const environment = { ...inputs, RUST_BACKTRACE: '1' };
    const output = await execute([program], directory, environment);
    const version = (await execute(['rustc', '--version'], directory)).split(' ')[1] ?? '';
    const registry = '/usr/local/cargo/registry/src/index.crates.io-1949cf8c6b5b557f';
    const places = new Map([
      [`${variant.path}/library/tinyweb`, `${registry}/tinyweb-0.4.2`],
      ['./library/tinyweb', `${registry}/tinyweb-0.4.2`],
      [join(homedir(), '.cargo'), '/usr/local/cargo'],
      [join(homedir(), '.rustup'), '/usr/local/rustup'],
    ]);
    return [{ thrown: thrownIn(output), runtime: `rust ${version} ${profile}`, service: 'shop', places }];
  },
};
