const maxSegments = 3;

/**
 * The path of a source file as it is the same in every deployment: without the place it was installed to, without the
 * hashes that bundlers put into names, and at most its last three segments.
 */
export function sourceFile(path: string): string {
  const segments = withoutRoot(withoutScheme(path))
    .split('/')
    .filter((segment) => !/^\.{0,2}$/.test(segment));
  const name = segments.pop() ?? '';
  const ownName = withoutHash(name);
  // Where a page's bundle is served from says nothing of what is in it.
  if (ownName !== name && /^https?:/.test(path)) return ownName;
  const folders = segments.slice(1 - maxSegments).map((folder) => (isHash(folder) ? '<hash>' : folder));
  return [...folders, ownName].join('/');
}

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

/** Deployments side by side, of which one is current: Capistrano's way. */
const release = /^.*\/(?:current|(?:releases|versions|builds)\/[^/\d]*\d[^/]*)\//s;

/** Where images and hosts keep the app. */
const roots =
  /^\/(?:usr\/src\/app|usr\/app|home\/[^/]+\/app|(?:opt|srv|var\/www)\/[^/]+|var\/task|workspace|app|code|rails|home\/site\/wwwroot)\//;

function withoutRoot(path: string): string {
  return path.replace(release, '').replace(roots, '');
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
