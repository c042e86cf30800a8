import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { formatPath, type Located, type LocatedMap, type Path, type Place } from './located.ts';
import type { Problem } from './problem.ts';
import { yamlMistake } from './yaml-mistake.ts';

const maxNodes = 100_000;
const maxDepth = 100;
/** One mistake in YAML makes many that follow from it; nobody reads more than these. */
const maxYamlMistakes = 20;

type FilePlace = Exclude<Place, { variable: string }>;

export interface ParsedFile {
  /** Empty if the file cannot be read as YAML. */
  tree: LocatedMap;
  problems: Problem[];
}

/** Reads one configuration file; tells every mistake that YAML itself knows of. */
export function parseYamlFile(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const document = withoutStacks(() => {
    // The library compares each key with all before it, which takes minutes for a mapping that is made for it.
    return parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  });
  const reader = new TreeReader(file, lines);
  const start: Place = { file, line: 1, column: 1 };
  const empty: LocatedMap = { kind: 'map', place: start, entries: new Map() };
  const mistakes = yamlMistakes(document, text, reader);
  if (mistakes.length > 0) return { tree: empty, problems: mistakes };
  if (document.contents === null) return { tree: empty, problems: [] };
  const tree = reader.read(document.contents, []);
  // Cut off somewhere, so that what is missing in it says nothing.
  if (reader.isTooLarge) return { tree: empty, problems: reader.problems };
  if (tree.kind === 'map') return { tree, problems: reader.problems };
  const isEmpty = tree.kind === 'scalar' && tree.value === undefined;
  if (!isEmpty)
    reader.report(tree.place, [], 'not a configuration: write keys and values, such as version: 1');
  return { tree: empty, problems: reader.problems };
}

/** A mistake in YAML is an error object of the library's; with a stack each, a million of them take ten seconds. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The first of each line: what comes after it most often follows from it. */
function yamlMistakes(document: Document.Parsed, text: string, reader: TreeReader): Problem[] {
  const problems = new Map<number, Problem>();
  for (const mistake of [...document.errors, ...document.warnings]) {
    if (problems.size === maxYamlMistakes) break;
    const place = reader.placeAt(mistake.pos[0]);
    const message = `not valid YAML: ${yamlMistake(mistake, text)}`;
    if (!problems.has(place.line)) problems.set(place.line, { severity: 'error', place, path: '', message });
  }
  return [...problems.values()];
}

/** Turns the nodes of one document into a located tree, within bounds: aliases can make a small file endless. */
class TreeReader {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly lines: LineCounter;
  /** By name; of two with the same name an alias means the one before it. */
  private readonly anchors = new Map<string, Located>();
  private nodes = 0;

  constructor(file: string, lines: LineCounter) {
    this.file = file;
    this.lines = lines;
  }

  get isTooLarge(): boolean {
    return this.nodes > maxNodes;
  }

  placeAt(offset: number): FilePlace {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  report(place: Place, path: Path, message: string): void {
    this.problems.push({ severity: 'error', place, path: formatPath(path), message });
  }

  read(node: Node | null, path: Path): Located {
    const place = this.placeAt(node?.range?.[0] ?? 0);
    if (this.tooLarge(place, path.length)) return emptyAt(place);
    if (isAlias(node)) return this.readAlias(node.source, place, path);
    const located = this.readWritten(node, place, path);
    // Known from here on and not earlier, so that nothing can contain itself.
    if (node?.anchor !== undefined) this.anchors.set(node.anchor, located);
    return located;
  }

  private readWritten(node: Node | null, place: Place, path: Path): Located {
    if (isMap<Node, Node | null>(node)) return this.readMap(node, place, path);
    if (isSeq<Node>(node))
      return { kind: 'list', place, items: node.items.map((item, i) => this.read(item, [...path, i])) };
    if (!isScalar(node)) return emptyAt(place);
    const { value, type } = node;
    const isKept = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
    return isKept
      ? { kind: 'scalar', place, value, plain: type === 'PLAIN', referred: false }
      : emptyAt(place);
  }

  private readMap(node: YAMLMap<Node, Node | null>, place: Place, path: Path): LocatedMap {
    const tree: LocatedMap = { kind: 'map', place, entries: new Map() };
    for (const { key, value } of node.items) this.readEntry(tree, key, value, path);
    const merged = tree.entries.get(mergeKey);
    if (merged === undefined || !node.items.some(({ key }) => isMergeKey(key))) return tree;
    tree.entries.delete(mergeKey);
    const sources = merged.value.kind === 'list' ? merged.value.items : [merged.value];
    for (const source of sources) {
      if (source.kind === 'map') addMissing(tree, source);
      else if (source.kind !== 'scalar' || source.value !== undefined)
        this.report(
          merged.keyPlace,
          [...path, mergeKey],
          'takes a mapping, or a list of them: write <<: *name',
        );
    }
    return tree;
  }

  private readEntry(tree: LocatedMap, key: Node, value: Node | null, path: Path): void {
    const keyPlace = this.placeAt(key.range?.[0] ?? 0);
    if (!isScalar(key)) {
      this.report(keyPlace, path, 'a key must be a single word');
      return;
    }
    const name = String(key.value);
    const first = tree.entries.get(name)?.keyPlace;
    if (first !== undefined && 'file' in first)
      this.report(keyPlace, [...path, name], `written twice: it is in line ${first.line} already`);
    const read = value === null ? emptyAt(keyPlace) : this.read(value, [...path, name]);
    if (first === undefined) tree.entries.set(name, { keyPlace, value: read });
  }

  private readAlias(name: string, place: Place, path: Path): Located {
    const meant = this.anchors.get(name);
    if (meant !== undefined) return this.copy(meant, place);
    this.report(
      place,
      path,
      `nothing above is marked &${name}: to write the text *${name}, put it in quotes`,
    );
    return emptyAt(place);
  }

  /** Each use of an anchor is a value of its own: what is done to one must not happen to the others. */
  private copy(node: Located, usedAt: Place): Located {
    if (this.tooLarge(usedAt, 0)) return emptyAt(usedAt);
    switch (node.kind) {
      case 'scalar':
        return { ...node };
      case 'list':
        return { ...node, items: node.items.map((item) => this.copy(item, usedAt)) };
      case 'map': {
        const entries = [...node.entries].map(
          ([key, { keyPlace, value }]) => [key, { keyPlace, value: this.copy(value, usedAt) }] as const,
        );
        return { ...node, entries: new Map(entries) };
      }
    }
  }

  private tooLarge(place: Place, depth: number): boolean {
    if (this.isTooLarge) return true;
    this.nodes++;
    if (this.nodes <= maxNodes && depth <= maxDepth) return false;
    this.nodes = maxNodes + 1;
    this.report(
      place,
      [],
      `too large: at most ${maxNodes} values, nested at most ${maxDepth} deep, aliases written out`,
    );
    return true;
  }
}

/** https://yaml.org/type/merge.html; in quotes it is a key like any other. */
const mergeKey = '<<';

function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.value === mergeKey && key.type === 'PLAIN';
}

/** What a mapping has itself wins over what is merged into it, and what was merged first over what comes later. */
function addMissing(tree: LocatedMap, source: LocatedMap): void {
  for (const [key, entry] of source.entries) if (!tree.entries.has(key)) tree.entries.set(key, entry);
}

function emptyAt(place: Place): Located {
  return { kind: 'scalar', place, value: undefined, plain: true, referred: false };
}
