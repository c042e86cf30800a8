import type { Frame } from '../error-event.ts';

/** Where code stands, as far as it was said. */
export interface PhpPlace {
  file: string;
  line?: number;
}

/** What is called, in which namespace or class. */
export interface PhpName {
  module?: string;
  function?: string;
}

/** @param place of the code of the call; undefined for what is built in */
export function phpFrame(name: PhpName, place: PhpPlace | undefined): Frame {
  if (place === undefined) return { ...name, inApp: false };
  const origin = evalOrigin(place);
  const inApp = !notOwnFile.test(origin.file) && !isOfLibrary(name);
  return { ...name, ...origin, inApp };
}

/** Dependencies, and archives that people install as tools. */
const notOwnFile = /^phar:|(?:^|[\\/])vendor[\\/]/;

/** Evaluated code is found where it was made: `x.php(10) : eval()'d code`. */
function evalOrigin(place: PhpPlace): PhpPlace {
  const [, file, line] = /^(.+?)\((\d{1,10})\) : /s.exec(place.file) ?? [];
  return file === undefined ? place : { file, line: Number(line) };
}

/** By its name alone; what has no namespace may be built in. */
export function isOwnName({ module }: PhpName): boolean {
  return module?.includes('\\') === true && !isOfLibrary({ module });
}

function isOfLibrary({ module = '' }: PhpName): boolean {
  return libraries.has(module.split('\\', 1)[0]!);
}

/** Namespaces of the dependencies that most apps have: some traces name files without folders. */
const libraries: ReadonlySet<string> = new Set(
  (
    'Amp Aws Cake Carbon CodeIgniter Composer Cycle DI Doctrine Elastic FastRoute Google GuzzleHttp Http Hyperf Illuminate ' +
    'Laminas Laravel League Livewire Mezzio MongoDB Monolog Nette Nyholm OpenTelemetry PHPUnit PhpAmqpLib Pimple Predis Psr ' +
    'Psy Ramsey React Relay Sentry Slim Spatie Spiral Stripe Swoole Symfony Twig Workerman yii'
  ).split(' '),
);

/**
 * A function by its name as PHP writes it: `Shop\Cart->add`, `Shop\Cart::make`, `Shop\total`. Closures have no name, and neither has
 * the code of a file, which is called by what brought it in.
 */
export function phpName(text: string): PhpName {
  const name = withoutGenerated(text);
  const closure = name.indexOf('{closure');
  if (closure !== -1) return inClass(name.slice(0, closure));
  const { type, method } = splitAt(name, lastSeparator(name));
  const module = type === undefined ? undefined : typeName(type);
  return {
    ...(module === undefined ? {} : { module }),
    ...(isFileCode.test(method) ? {} : { function: method }),
  };
}

const isFileCode = /^(?:\{main\}|eval|(?:require|include)(?:_once)?)$/;

/** The class of a closure; PHP 8.4 leaves out the namespace behind it, and in it where there is no class. */
function inClass(before: string): PhpName {
  const arrow = /->|::/.exec(before);
  const type = arrow === null ? undefined : typeName(before.slice(0, arrow.index));
  return type === undefined ? {} : { module: type };
}

interface Separator {
  index: number;
  length: number;
}

function lastSeparator(name: string): Separator {
  const arrow = Math.max(name.lastIndexOf('->'), name.lastIndexOf('::'));
  return arrow === -1 ? { index: name.lastIndexOf('\\'), length: 1 } : { index: arrow, length: 2 };
}

function splitAt(name: string, { index, length }: Separator): { type?: string; method: string } {
  return index === -1 ? { method: name } : { type: name.slice(0, index), method: name.slice(index + length) };
}

/** A class without a name is known by what it extends. */
function typeName(type: string): string | undefined {
  const known = type.replace(/@anonymous$/, '');
  return known === 'class' || known === '' ? undefined : known;
}

/** Behind `@anonymous` may stand a null byte, the place of the class, and a number: `class@anonymous␀/x.php:16$0`. */
function withoutGenerated(name: string): string {
  const at = name.indexOf('@anonymous');
  const end = name.indexOf('$', at);
  if (at === -1 || end === -1) return name;
  const behind = name.slice(end + 1).replace(/^[\da-f]{1,16}/, '');
  return name.slice(0, at + '@anonymous'.length) + behind;
}
