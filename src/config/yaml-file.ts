import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml';
import { formatPath, type Located, type LocatedMap, type Path, type Place } from './located.ts';
import type { Problem } from './problem.ts';

const maxNodes = 100_000;
const maxDepth = 100;

export interface ParsedFile {
  /** Empty if the file cannot be read as YAML. */
  tree: LocatedMap;
  problems: Problem[];
}

/** Reads one configuration file; tells every mistake that YAML itself knows of. */
export function parseYamlFile(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
  });
  const reader = new TreeReader(file, lines, document);
  const problems = [...document.errors, ...document.warnings].map(({ message, pos }): Problem => {
    return {
      severity: 'error',
      place: reader.placeAt(pos[0]),
      path: '',
      message: `not valid YAML: ${firstLine(message)}`,
    };
  });
  const start: Place = { file, line: 1, column: 1 };
  const empty: LocatedMap = { kind: 'map', place: start, entries: new Map() };
  if (problems.length > 0) return { tree: empty, problems };
  const tree = reader.read(document.contents, []) ?? empty;
  problems.push(...reader.problems);
  if (tree.kind === 'map') return { tree, problems };
  problems.push({
    severity: 'error',
    place: tree.place,
    path: '',
    message: 'not a configuration: write keys and values, such as version: 1',
  });
  return { tree: empty, problems };
}

/** Turns the nodes of one document into a located tree, within bounds: aliases can make a small file endless. */
class TreeReader {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly lines: LineCounter;
  private readonly document: Document.Parsed;
  private nodes = 0;

  constructor(file: string, lines: LineCounter, document: Document.Parsed) {
    this.file = file;
    this.lines = lines;
    this.document = document;
  }

  placeAt(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** @returns undefined for an empty value, which is as if its key were not there */
  read(node: unknown, path: Path): Located | undefined {
    if (node === null || node === undefined || this.tooLarge(node as Node, path)) return undefined;
    if (isAlias(node)) return this.read(node.resolve(this.document), path);
    const place = this.placeAt((node as Node).range?.[0] ?? 0);
    if (isMap(node)) {
      const tree: LocatedMap = { kind: 'map', place, entries: new Map() };
      for (const { key, value } of node.items) this.readEntry(tree, key, value, path);
      return tree;
    }
    if (isSeq(node)) {
      const items = node.items.map((item, i) => this.read(item, [...path, i]));
      return { kind: 'list', place, items: items.filter((item) => item !== undefined) };
    }
    return isScalar(node) ? this.readScalar(node, place) : undefined;
  }

  private readEntry(tree: LocatedMap, key: unknown, value: unknown, path: Path): void {
    const name = isScalar(key) ? String(key.value) : undefined;
    const keyPlace = this.placeAt((key as Node | null)?.range?.[0] ?? 0);
    if (name === undefined) {
      this.report(keyPlace, path, 'a key must be a single word');
      return;
    }
    const read = this.read(value, [...path, name]);
    if (read !== undefined) tree.entries.set(name, { keyPlace, value: read });
  }

  private readScalar(node: Scalar, place: Place): Located | undefined {
    const { value } = node;
    if (value === null || value === undefined) return undefined;
    // Other values (dates, big numbers) only come from explicit tags; what was written is what counts.
    const kept =
      typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
        ? value
        : (node.source ?? '');
    return { kind: 'scalar', place, value: kept, plain: node.type === 'PLAIN', referred: false };
  }

  private tooLarge(node: Node, path: Path): boolean {
    this.nodes++;
    if (this.nodes <= maxNodes && path.length <= maxDepth) return false;
    if (this.problems.length === 0) {
      this.report(
        this.placeAt(node.range?.[0] ?? 0),
        [],
        `too large: at most ${maxNodes} values, nested at most ${maxDepth} deep, aliases written out`,
      );
    }
    return true;
  }

  private report(place: Place, path: Path, message: string): void {
    this.problems.push({ severity: 'error', place, path: formatPath(path), message });
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
