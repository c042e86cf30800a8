import type { Located, LocatedMap, Path, Place } from './located.ts';

/** A value that an environment variable gives to a key. */
export interface EnvironmentValue {
  variable: string;
  path: Path;
  value: string;
  /** Not used when a file writes something there. */
  yieldsTo?: Path;
}

/** The configuration that environment variables make by themselves, under every file. */
export function environmentTree(values: readonly EnvironmentValue[]): LocatedMap {
  const root: LocatedMap = {
    kind: 'map',
    place: { variable: values[0]?.variable ?? '(none)' },
    entries: new Map(),
  };
  for (const value of values) put(root, value);
  return root;
}

function put(root: LocatedMap, { variable, path, value }: EnvironmentValue): void {
  const place: Place = { variable };
  let at: Located = root;
  for (const [i, step] of path.entries()) {
    const last = i === path.length - 1;
    const made: () => Located = () => {
      if (last) return { kind: 'scalar', place, value, plain: true, referred: true };
      return typeof path[i + 1] === 'number'
        ? { kind: 'list', place, items: [] }
        : { kind: 'map', place, entries: new Map() };
    };
    at = child(at, step, place, made);
  }
}

function child(parent: Located, step: string | number, place: Place, make: () => Located): Located {
  if (parent.kind === 'list') {
    parent.items[Number(step)] ??= make();
    return parent.items[Number(step)]!;
  }
  if (parent.kind !== 'map') throw new Error('two environment variables set a key and something below it');
  const known = parent.entries.get(String(step))?.value;
  if (known !== undefined) return known;
  const value = make();
  parent.entries.set(String(step), { keyPlace: place, value });
  return value;
}
