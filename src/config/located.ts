/** Where a value was written. */
export type Place = { file: string; line: number; column: number } | { variable: string };

/** A key or an index at each step from the top. */
export type Path = readonly (string | number)[];

/** What a configuration file holds, each part with its place. */
export type Located = LocatedMap | LocatedList | LocatedScalar;

export interface LocatedMap {
  kind: 'map';
  place: Place;
  entries: Map<string, { keyPlace: Place; value: Located }>;
}

export interface LocatedList {
  kind: 'list';
  place: Place;
  items: Located[];
}

export interface LocatedScalar {
  kind: 'scalar';
  place: Place;
  /** Undefined if nothing is written: as if the key were not there, but it is known that it is. */
  value: string | number | boolean | undefined;
  /** Written without quotes: what a reference in it stands for may be a number. */
  plain: boolean;
  /** It came, in part or whole, from a reference, and may be secret. */
  referred: boolean;
  /** The text with the references in it, if there were any in a file. */
  written?: string;
}

/** `over` lies on `under`: mappings are merged key by key, anything else is replaced; an empty value replaces nothing. */
export function merge(under: LocatedMap, over: LocatedMap): LocatedMap {
  const entries = new Map(under.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key)?.value;
    if (below !== undefined && entry.value.kind === 'scalar' && entry.value.value === undefined) continue;
    const merged =
      below?.kind === 'map' && entry.value.kind === 'map' ? merge(below, entry.value) : entry.value;
    entries.set(key, { keyPlace: entry.keyPlace, value: merged });
  }
  return { kind: 'map', place: over.place, entries };
}

/** The value alone. Objects have no prototype, so that no key means anything but itself. */
export function plainValue(node: Located): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainValue);
    case 'map': {
      const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const [key, entry] of node.entries) value[key] = plainValue(entry.value);
      return value;
    }
  }
}

export function find(node: Located, path: Path): Located | undefined {
  let at: Located | undefined = node;
  for (const step of path) {
    if (at?.kind === 'map') at = at.entries.get(String(step))?.value;
    else if (at?.kind === 'list') at = at.items[Number(step)];
    else return undefined;
  }
  return at;
}

/** The place of what stands at a path; if nothing does, of the nearest thing above it that was written. */
export function placeOf(root: LocatedMap, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const key = path[length - 1];
    const parent = find(root, path.slice(0, length - 1));
    if (parent?.kind === 'map') {
      const entry = parent.entries.get(String(key));
      if (entry !== undefined)
        return entry.value.kind === 'scalar' && length === path.length ? entry.value.place : entry.keyPlace;
    }
    if (parent?.kind === 'list') {
      const item = parent.items[Number(key)];
      if (item !== undefined) return item.place;
    }
  }
  return root.place;
}

/** `alerts.receivers[0].slack.token`; a key that is not a plain word is quoted, so that it cannot be taken for more. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += `${text === '' ? '' : '.'}${/^[\w<-]{1,100}$/.test(step) ? step : quoted(step)}`;
  }
  return text;
}

/** Escaped, as a terminal would act on control characters. */
function quoted(key: string): string {
  const text = key.length > 100 ? `${key.slice(0, 99)}…` : key;
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
