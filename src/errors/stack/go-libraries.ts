import { isWithin } from './text.ts';

/** The first elements of the import paths of the standard library. */
const standardLibrary: ReadonlySet<string> = new Set(
  (
    'archive bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt ' +
    'go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort ' +
    'strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak'
  ).split(' '),
);

/** Whatever way they were built: the path of the file does not always say that they are dependencies. */
const libraries: ReadonlySet<string> = new Set([
  'go.opentelemetry.io',
  'golang.org',
  'google.golang.org',
  'gopkg.in',
  'k8s.io',
  'sigs.k8s.io',
  'gorm.io',
  'go.uber.org',
  'github.com/pkg/errors',
]);

/** The module cache, where a version is part of each path, and copies of it. */
const dependency = /(?:^|\/)vendor\/|\/pkg\/mod\/|@v\d/;

/** @param file the one the function is in: an app's package may have the name of one of the standard library's */
export function isGoLibrary(packagePath: string, file: string): boolean {
  const path = file.replaceAll('\\', '/');
  return dependency.test(path) || isWithin(packagePath, libraries, '/') || isStandard(packagePath, path);
}

function isStandard(packagePath: string, path: string): boolean {
  if (path.startsWith('_cgo_') || !isWithin(packagePath, standardLibrary, '/')) return false;
  // With -trimpath the path begins with that of the package; else it is in the `src` of the Go it was built with.
  return path.startsWith(`${packagePath}/`) || path.includes(`/src/${packagePath}/`) || path.startsWith('<');
}
