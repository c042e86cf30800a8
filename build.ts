import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** What is asked of iconv-lite, for the one character set: others are refused as it refuses those that it does not know. */
const utf8 = `
const isUtf8 = (name) => /^utf-?8$/i.test(name);
exports.encodingExists = isUtf8;
exports.decode = (bytes) => new TextDecoder().decode(bytes);
exports.getDecoder = (name) => {
  if (!isUtf8(name)) throw new Error('Encoding not recognized: ' + name);
  const decoder = new TextDecoder();
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
};
`;

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

const { outputFiles } = await build({
  entryPoints: {
    main: 'src/bundle.ts',
    'store-worker': 'src/store/sqlite/worker.ts',
    // Loaded by their names (src/runtime/load-when-used.ts).
    liquid: 'src/alerting/user-rules/liquid.ts',
    re2: 'src/match/re2.ts',
  },
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
  plugins: [withoutTables(), withoutFetch(), withHttp2WhenUsed()],
  define: {
    TOCSIN_BUILD: JSON.stringify({ version, commit }),
    // What undici asks, to leave out a second parser of HTTP that it only tries out.
    esbuildDetection: 'true',
  },
  logLevel: 'warning',
  write: false,
});
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, path.endsWith('.js') ? ascii(path, Buffer.from(contents).toString()) : contents);
}
const { status } = spawnSync(process.execPath, ['warm.ts', 'dist/main.js'], { stdio: 'inherit' });
if (status !== 0) throw new Error('the bundle does not start');

/**
 * Express brings tables with it that are a quarter of what is loaded at the start, and of which nothing here makes use: of two hundred
 * character sets, where JSON is UTF-8, and of a thousand media types, where a dozen are served.
 */
function withoutTables(): Plugin {
  const served = new Set(['css', 'csv', 'html', 'ico', 'js', 'json', 'map', 'png', 'svg', 'txt', 'woff2']);
  return {
    name: 'without tables',
    setup(bundling) {
      bundling.onLoad({ filter: /[/]iconv-lite[/]lib[/]index[.]js$/ }, () => ({ contents: utf8 }));
      bundling.onLoad({ filter: /[/]mime-db[/]db[.]json$/ }, ({ path }) => {
        const types = Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, MediaType>);
        const kept = types.filter(([, { extensions = [] }]) => extensions.some((each) => served.has(each)));
        return { contents: JSON.stringify(Object.fromEntries(kept)), loader: 'json' };
      });
    },
  };
}

/**
 * Who imports `node:http` gets Node's own fetch with it, since `WebSocket` is one of its names and is read for that: 13 MB and 30 ms of
 * the start, and nothing here makes use of it. Who requires it does not.
 */
function withoutFetch(): Plugin {
  return {
    name: 'without fetch',
    setup(bundling) {
      bundling.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
        kind === 'import-statement' ? { path: 'node:http', namespace: 'required' } : undefined,
      );
      bundling.onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
        contents: `module.exports = require('${path}');`,
      }));
    },
  };
}

/** Undici loads Node's own HTTP/2 with its client for that: half a MB of memory, for what a back end or a chat hardly ever asks for. */
function withHttp2WhenUsed(): Plugin {
  const filter = /[/]undici[/]lib[/]dispatcher[/]client-h2[.]js$/;
  return {
    name: 'with HTTP/2 of clients when it is used',
    setup(bundling) {
      bundling.onLoad({ filter, namespace: 'file' }, ({ path }) => ({
        contents: `module.exports = (...given) => require('used:${relative('.', path)}')(...given);`,
      }));
      bundling.onResolve({ filter: /^used:/ }, ({ path }) => ({
        path: path.slice('used:'.length),
        namespace: 'used',
      }));
      bundling.onLoad({ filter, namespace: 'used' }, ({ path }) => ({
        contents: readFileSync(path, 'utf8'),
        resolveDir: dirname(resolve(path)),
      }));
    },
  };
}

interface MediaType {
  extensions?: string[];
}

/**
 * One character beyond ASCII doubles what the engine keeps of a file. The bundler leaves those of regular expressions as they are: in
 * our own they are to be written as \\u, in others' they become that.
 */
function ascii(path: string, text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (character, at: number) => {
    if (!path.endsWith('liquid.js')) throw new Error(`${path} is not ASCII: ${text.slice(at - 40, at + 1)}`);
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
