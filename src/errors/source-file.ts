import { remembered } from '../runtime/remembered.ts';

/**
 * The name of a source file as it is the same in every deployment: without the place it was installed to, and without the hashes that bundlers
 * put into names. Of the folders only what is hardly a part of that place is left: nothing says where it ends.
 */
export const sourceFile = remembered({ most: 512, longest: 256 }, (path) => {
  const segments = withoutRoot(withoutScheme(path))
    .split('/')
    .filter((segment) => !/^\.{0,2}$/.test(segment));
  const name = segments.pop() ?? '';
  const ownName = withoutHash(name);
  // Where a page's bundle is served from says nothing of what is in it.
  if (ownName !== name && /^https?:/.test(path)) return ownName;
  const own = segments.findLastIndex((folder) => !isParameter.test(folder));
  const folders = segments.slice(Math.max(own, 0));
  const telling = isNameOfMany.test(ownName) || isFolderOfCode.test(folders[0] ?? '');
  if (folders.length <= 1 && !telling) return ownName;
  return [...folders.map((folder) => (isHash(folder) ? '<hash>' : folder)), ownName].join('/');
});

/** In a large app many files have one of these names, each in a folder whose name says of what it is. */
const isNameOfMany = new RegExp(
  `^\\+?(?:${[
    'common|constants|types?|errors?|exceptions?|utils?|helpers?',
    'route|routes|router|urls|page|layout|views?|models?|schemas?|serializers?|forms?|admin|signals|managers?',
    'controllers?|handlers?|services?|clients?|api|repository|repositories|repo|db|store|config|middleware',
    'actions?|reducers?|selectors?|hooks?|queries|mutations|resolvers?|tasks?|jobs?|crud',
  ].join('|')})\\.`,
);

/** Folders in an app, which no app is installed in. */
const isFolderOfCode = new RegExp(
  `^(?:${[
    'src|lib|pkg|internal|api|web|server|client|core|common|shared|utils?|helpers?|migrations|tests?|v\\d+',
    'models?|views?|controllers?|handlers?|routes?|services?|jobs?|tasks?|workers?|commands?|events?|components?|pages?',
    'hooks?|middlewares?|modules?|features?|domain|db|database|stores?|repositories',
  ].join('|')})$`,
);

/** What frameworks that take routes from folders call those that stand for any value: `orders/[id]/route.ts`. */
const isParameter = /^[[(]/;

function withoutScheme(path: string): string {
  return (
    path
      .replace(/[?#].*$/s, '')
      .replaceAll('\\', '/')
      // webpack names its layer and its namespace before the path in the project.
      .replace(/^.*\/\.\//s, '')
      .replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '')
      .replace(/^\/?[a-z]:\//i, '/')
  );
}

const folder = '[^/\\s]{1,128}';

/** Deployments side by side, of which one is current: Capistrano's way. */
const release = `(?:/${folder}){0,8}/(?:current|(?:releases|versions|builds)/[^/\\d\\s]{0,32}\\d[^/\\s]{0,96})/`;

/** Where an app stands, as a regular expression: where releases, images, hosts and people keep it. */
export const installation = `(?:${release}|/(?:${[
  'usr/src/app|usr/app|usr/local/app|app|code|rails|workspace|github/workspace|var/task|var/app/current|var/www/html',
  `home/site/wwwroot|inetpub/wwwroot|home/runner/work/${folder}/${folder}|(?:home|Users|builds)/${folder}/${folder}`,
  `(?:opt|srv|root|tmp|workspaces|var/www)/${folder}`,
].join('|')})/)`;

const installed = new RegExp(`^${installation}`);

function withoutRoot(path: string): string {
  return path.replace(installed, '');
}

/** `main.3f2a1b9c.js` is `main.js`, `index-DiwrgTda.js` is `index.js`. */
function withoutHash(name: string): string {
  const [first = '', ...rest] = name.split('.');
  const extension = rest.pop();
  if (extension === undefined) return first;
  const stem = isHash(first) ? '<hash>' : withoutTrailingHash(first);
  const middle = rest.filter((part) => !isHash(part) && !isShortHash(part)).map(withoutTrailingHash);
  return [stem, ...middle, extension].join('.');
}

function withoutTrailingHash(part: string): string {
  const short = /^(.+)[-_]([\w-]{8})$/.exec(part);
  if (short !== null && isShortHash(short[2]!)) return short[1]!;
  const long = /^(.+)[-_]([^-_]+)$/.exec(part);
  return long !== null && isHash(long[2]!) ? long[1]! : part;
}

/** Base 16, or an id that is a number or a date. */
function isHash(text: string): boolean {
  return /^(?=.*\d)[\da-f]{6,}$|^[\da-f]{16,}$|^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** Eight characters of base 64 or 32, as Rollup and esbuild write them; a name has no such mixture. */
function isShortHash(text: string): boolean {
  if (!/^[\w-]{8}$/.test(text)) return false;
  if (/^[A-Z\d]+$/.test(text)) return true;
  if (/[A-Z]/.test(text)) return /[a-z].*[A-Z]|\d/.test(text);
  return /\d.*[a-z].*\d/.test(text) || /^[a-f\d]+$/.test(text);
}
