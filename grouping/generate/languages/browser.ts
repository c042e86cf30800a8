import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Language, Outcome, Run } from '../language.ts';
import { thrownIn } from '../process.ts';
import { runtimeOf, type Variant } from '../variants.ts';
import { type Browser, reportOf } from './page.ts';

const browsers: readonly [Browser, Browser, Browser] = ['chromium', 'firefox-esr', 'chromium'];

/** As bundlers write it, with the names of functions and without: each as a service of its own, since they are two ways to deploy. */
const builds = [
  { service: 'shop-web', minifyIdentifiers: false },
  { service: 'shop-web-minified', minifyIdentifiers: true },
];

/** One bundle, which has the libraries in it, without source maps. */
export const browser: Language = {
  name: 'browser',
  syntax: { lineComment: '//', quotes: [`'`, '"', '`'], indented: false },
  sources: /^src\/.*\.js$/,
  async run(run) {
    const outcomes: Outcome[] = [];
    for (const { service, minifyIdentifiers } of builds)
      outcomes.push(await visit(run, service, minifyIdentifiers));
    return outcomes;
  },
};

async function visit(
  { variant, inputs, directory }: Run,
  service: string,
  minifyIdentifiers: boolean,
): Promise<Outcome> {
  const built = await build({
    entryPoints: [join(directory, 'src/main.js')],
    outdir: join(directory, service),
    entryNames: 'assets/[name]-[hash]',
    bundle: true,
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers,
    alias: { tinyui: join(directory, 'library/tinyui/index.js') },
    metafile: true,
    absWorkingDir: directory,
    // Whoever changes the source adds to it: what a minifier calls the rest changes with that.
    inject: variant.changes.length > 0 ? [join(directory, 'src/newsletter.js')] : [],
  });
  const file = Object.keys(built.metafile.outputs)[0]!;
  const site = {
    script: readFileSync(join(directory, file), 'utf8'),
    path: file.slice(service.length),
    inputs,
  };
  const { origin, version, lines } = await reportOf(
    runtimeOf(variant, browsers),
    site,
    join(directory, 'profile'),
  );
  const thrown = thrownIn(lines);
  return { thrown, runtime: version, service, places: new Map([[origin, siteOf(variant)]]) };
}

function siteOf({ path }: Variant): string {
  if (path.startsWith('/srv')) return `https://cdn.example.net/shop/${path.split('/').at(-1)}`;
  return path.startsWith('/home') ? 'https://staging.shop.example' : 'https://shop.example';
}
