import type { Frame } from '../error-event.ts';

/**
 * How much of a call is known depends on how the program was built: the module, the file, or both. Of each follows the path of the module in
 * the crate, `orders::invoice` for `src/orders/invoice.rs` and for `shop::orders::invoice::Total`. Undefined for a call of another language.
 */
export function rustCall({ module, file, function: name = '' }: Frame): string | undefined {
  const isOfRust = file?.endsWith('.rs') ?? module?.includes('::');
  if (isOfRust !== true && !(file === undefined && isCrate.test(module ?? ''))) return undefined;
  const path = file?.endsWith('.rs') ? moduleOfFile(file) : moduleInCrate(module ?? '');
  return `${path}::${name}`;
}

/** A function that is in no module. */
const isCrate = /^[a-z][a-z\d_]*$/;

/** Behind the last folder of sources: `mod.rs`, `lib.rs` and `main.rs` are the module that their folder is. */
function moduleOfFile(file: string): string {
  const path = file
    .replaceAll('\\', '/')
    .replace(/^.*(?:^|\/)src\//s, '')
    .replace(/^.*\/(?=[^/]*\/[^/]*$)/s, '');
  return path
    .replace(/\.rs$/, '')
    .replace(/(?:^|\/)(?:mod|lib|main)$/, '')
    .replaceAll('/', '::');
}

/** Types have capitals, and are in no path of a file. */
function moduleInCrate(module: string): string {
  const modules = module.split('::').slice(1);
  return modules.filter((part) => !/^\p{Lu}/u.test(part)).join('::');
}
