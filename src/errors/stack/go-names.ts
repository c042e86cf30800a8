/** A function as it is written in the source. */
export interface GoName {
  /** The import path, and the type for a method, whether it has a pointer or not. */
  module: string;
  function: string;
  packagePath: string;
}

/** @param qualified without the arguments. Undefined for what is no function. */
export function goName(qualified: string): GoName | undefined {
  if (qualified === '' || /[\s:]/.test(qualified)) return undefined;
  if (qualified === 'panic') return { module: 'runtime', function: 'panic', packagePath: 'runtime' };
  const name = qualified.replace(typeArguments, '');
  // Other elements of the path may have dots; those of the last are escaped.
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1);
  if (dot <= 0) return undefined;
  const packagePath = name.slice(0, dot).replaceAll('%2e', '.');
  const parts = writtenParts(name.slice(dot + 1));
  const method = parts.pop();
  return { module: [packagePath, ...parts].join('.'), function: method ?? 'init', packagePath };
}

/** The compiler writes three dots for whatever they are. */
const typeArguments = /\[[^[\]]*\]/g;

/** Closures (`func1`, and those in them `func1.2`), what `go` and `defer` wrap their calls in, initializers (`init.0`). */
const generated = /^(?:func|gowrap|deferwrap)?\d+$/;

/**
 * `(*Cart).Add.func1` is in `Add` of `Cart`. Closures of variables are in `glob.`, which is nothing; that of a method
 * (`Add-fm`) and the body of a loop over a function (`Add-range1`) are the method.
 */
function writtenParts(name: string): string[] {
  return name
    .split('.')
    .map((part) => part.replace(/-(?:fm|range\d+)$/, '').replace(/^\(\*?([^()]*)\)$/, '$1'))
    .filter((part) => part !== '' && part !== 'glob' && !generated.test(part));
}
