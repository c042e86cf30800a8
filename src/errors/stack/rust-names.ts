/** A function as it is written in the source. */
export interface RustName {
  /** The path of the module, with the type for a method; absent for what other languages made. */
  module?: string;
  function?: string;
}

/** @param symbol as it is demangled, of either scheme. Undefined for what is no symbol. */
export function rustName(symbol: string): RustName | undefined {
  const path = pathOf(symbol.replace(hash, '').replace(crateId, ''), 0);
  const name = path?.at(-1);
  if (path === undefined || name === undefined) return undefined;
  return path.length === 1 ? { function: name } : { module: path.slice(0, -1).join('::'), function: name };
}

/** Of the contents of the crate, behind a symbol of the legacy scheme. */
const hash = /::h[\da-f]{16}$/;

/** Of the crate, in the long form of the new scheme: `std[e28293b1aa0f68bd]::rt`. */
const crateId = /(?<=\w)\[[\da-f]{8,16}\]/g;

/** No type that somebody wrote is nested deeper in the place of a module; text made to take time is. */
const maxNesting = 4;

/** The names in a path, without type parameters, closures and implementations. Undefined if it is none. */
function pathOf(text: string, nesting: number): string[] | undefined {
  const parts = splitOutside(text, '::');
  if (parts === undefined || nesting > maxNesting) return undefined;
  const names: string[] = [];
  for (const [at, part] of parts.entries()) {
    if (part.startsWith('<')) {
      // Elsewhere these are parameters, or the implementation that the function is in: `shop::<impl shop::Pay for T>::pay`.
      if (at === 0 && part.endsWith('>')) names.push(...(selfType(part.slice(1, -1), nesting + 1) ?? []));
    } else if (!isGenerated.test(part)) {
      const name = part.replace(/[<{].*/s, '');
      if (name === '' || /\s/.test(name)) return undefined;
      names.push(name);
    }
  }
  return names;
}

/** `{{closure}}`, `{closure#0}`, `{{vtable.shim}}`, `{impl#2}` and so on: an async function is one too. */
const isGenerated = /^\{.*\}$/s;

/** What stands before a type: references, pointers, trait objects. */
const typePrefix = /^(?:[&*]|mut |const |dyn )*/;

/** `Type as Trait`: the type, or the trait if it may be any type or is built in. */
function selfType(text: string, nesting: number): string[] | undefined {
  const [type = '', trait] = splitOutside(text, ' as ') ?? [];
  const [bare = ''] = splitOutside(type.replace(typePrefix, ''), ' + ') ?? [];
  const path = pathOf(bare, nesting);
  if (trait === undefined || (path !== undefined && path.length > 1)) return path;
  return pathOf(trait.replace(typePrefix, ''), nesting);
}

/** Outside of all brackets; undefined if they do not match. */
function splitOutside(text: string, separator: string): string[] | undefined {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if ('<([{'.includes(character)) depth++;
    // The arrow of a function's type is no bracket.
    else if (')]}'.includes(character) || (character === '>' && text[at - 1] !== '-')) depth--;
    else if (depth === 0 && text.startsWith(separator, at)) {
      parts.push(text.slice(from, at));
      at += separator.length - 1;
      from = at + 1;
    }
    if (depth < 0) return undefined;
  }
  parts.push(text.slice(from));
  return depth === 0 ? parts : undefined;
}
