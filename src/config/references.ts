import type { Environment } from './environment.ts';
import { formatPath, type Located, type LocatedScalar, type Path } from './located.ts';
import type { Problem } from './problem.ts';

export interface ReferenceSources {
  environment: Environment;
  /** What a file holds; of a larger one, more than `maxBytes` but not all. @throws Error if it cannot be read */
  readFile: (path: string, maxBytes: number) => Uint8Array;
}

const maxFileBytes = 64 * 1024;

/**
 * Puts in what `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}` stand for; `$${` is a literal `${`. Only ever within one
 * scalar, so that no value can change the structure around it.
 */
export function resolveReferences(root: Located, sources: ReferenceSources): Problem[] {
  const problems: Problem[] = [];
  const visit = (node: Located, path: Path): void => {
    switch (node.kind) {
      case 'map':
        for (const [key, { value }] of node.entries) visit(value, [...path, key]);
        return;
      case 'list':
        for (const [i, item] of node.items.entries()) visit(item, [...path, i]);
        return;
      case 'scalar':
        for (const message of resolveScalar(node, sources)) {
          problems.push({ severity: 'error', place: node.place, path: formatPath(path), message });
        }
    }
  };
  visit(root, []);
  return problems;
}

/** @returns what is wrong */
function resolveScalar(node: LocatedScalar, sources: ReferenceSources): Iterable<string> {
  if (typeof node.value !== 'string' || !node.value.includes('${')) return [];
  const wrong = new Set<string>();
  let resolved = '';
  let rest = node.value;
  for (let start = rest.indexOf('${'); start !== -1; start = rest.indexOf('${')) {
    if (rest[start - 1] === '$') {
      resolved += `${rest.slice(0, start - 1)}\${`;
      rest = rest.slice(start + 2);
      continue;
    }
    const end = rest.indexOf('}', start);
    if (end === -1) {
      wrong.add(
        'a reference is not closed: write ${env:NAME} or ${file:PATH}, or $${ for the characters themselves',
      );
      break;
    }
    const reference = resolveReference(rest.slice(start + 2, end), sources);
    if ('wrong' in reference) wrong.add(reference.wrong);
    else resolved += rest.slice(0, start) + reference.value;
    rest = rest.slice(end + 1);
    node.referred = true;
  }
  if (node.referred) node.written = node.value;
  node.value = resolved + rest;
  return wrong;
}

function resolveReference(
  reference: string,
  sources: ReferenceSources,
): { value: string } | { wrong: string } {
  const [, name, withDefault, fallback] = /^env:([A-Za-z_][A-Za-z0-9_]*)(:-(.*))?$/s.exec(reference) ?? [];
  if (name !== undefined) {
    // Own: every object has a toString, no environment does.
    const value = Object.hasOwn(sources.environment, name) ? sources.environment[name] : undefined;
    // As in a shell, a default also stands in for a variable that is set to nothing.
    if (value !== undefined && (value !== '' || withDefault === undefined)) return { value };
    if (fallback?.includes('${'))
      return { wrong: `the default of ${name} has a reference in it: references cannot be nested` };
    if (withDefault !== undefined) return { value: fallback ?? '' };
    return {
      wrong: `the environment variable ${name} is not set: set it, or give a default: \${env:${name}:-default}`,
    };
  }
  if (reference.startsWith('file:') && reference.length > 5)
    return readReferredFile(reference.slice(5), sources);
  return {
    wrong:
      'not a reference: write ${env:NAME}, ${env:NAME:-default} or ${file:PATH}, or $${ for the characters themselves',
  };
}

function readReferredFile(path: string, sources: ReferenceSources): { value: string } | { wrong: string } {
  try {
    const bytes = sources.readFile(path, maxFileBytes);
    if (bytes.length > maxFileBytes)
      return { wrong: `the file ${path} is too large: at most ${maxFileBytes} bytes` };
    return { value: new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '') };
  } catch (error) {
    return { wrong: `the file ${path} cannot be read: ${reasonOf(error)}` };
  }
}

/** Why a file cannot be read, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return fileErrors[code] ?? (code === '' ? 'unknown error' : code);
}

const fileErrors: Readonly<Record<string, string>> = {
  ENOTREG: 'it is no file any more, but a pipe or device',
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ERR_INVALID_ARG_VALUE: 'that cannot be the name of a file',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not text in UTF-8',
};
