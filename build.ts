import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

/**
 * The bundle that the image runs: `dist/main.js`, the store's thread beside it, and chunks for what is loaded only when it is
 * used. Nothing else is needed at run time but Node.
 */
rmSync('dist', { recursive: true, force: true });
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
// Where an image is built there is no repository to ask.
const commit =
  process.env['TOCSIN_COMMIT'] ||
  spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout?.trim() ||
  'unknown';

await build({
  entryPoints: { main: 'src/main.ts', 'store-worker': 'src/store/sqlite/worker.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Not the names: those in stack traces are for the people who report them.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // Packages written as CommonJS call require for what Node has built in.
  banner: {
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
  },
  define: { TOCSIN_BUILD: JSON.stringify({ version, commit }) },
  logLevel: 'warning',
});
