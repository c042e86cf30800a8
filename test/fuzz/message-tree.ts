import type protobuf from 'protobufjs';
import { ProtobufWriter } from '../../src/otlp/json/protobuf-writer.ts';
import type { Random } from './random.ts';

/** A field of a message: its value as it stands, or the fields of the message in it. */
export interface Node {
  tag: number;
  /** Without the length. */
  value: Uint8Array;
  children: readonly Node[] | undefined;
}

export interface Tree {
  nodes: readonly Node[];
  /** How many nodes there are, at all depths. */
  size: number;
}

/** Takes a whole message apart. */
export function treeOf(type: protobuf.Type, bytes: Uint8Array): Tree {
  let size = 0;
  const nodesOf = (message: protobuf.Type, content: Uint8Array): Node[] => {
    const nodes: Node[] = [];
    let at = 0;
    const varint = (): number => {
      let value = 0;
      for (let factor = 1; ; factor *= 128) {
        const byte = content[at++]!;
        value += (byte & 0x7f) * factor;
        if (byte < 0x80) return value;
      }
    };
    while (at < content.length) {
      const tag = varint();
      const start = at;
      const wire = tag & 7;
      if (wire === 0) varint();
      else if (wire === 2) at = varint() + at;
      else at += wire === 1 ? 8 : 4;
      const value = content.subarray(wire === 2 ? lengthEnd(content, start) : start, at);
      const { resolvedType = null } = message.fieldsById[tag >>> 3]?.resolve() ?? {};
      const inner = resolvedType !== null && 'fieldsArray' in resolvedType ? resolvedType : undefined;
      size++;
      nodes.push({ tag, value, children: inner === undefined ? undefined : nodesOf(inner, value) });
    }
    return nodes;
  };
  return { nodes: nodesOf(type, bytes), size };
}

function lengthEnd(content: Uint8Array, start: number): number {
  let at = start;
  while (content[at]! >= 0x80) at++;
  return at + 1;
}

/** One for all, as one is written at a time. */
const shared = new ProtobufWriter(1024);

/** Changes what is written of a node. */
export type Edit = (node: Node, out: Editor, random: Random) => void;

/** Writes a tree anew, with all lengths right, but for a few nodes of which something else is made. */
export class Editor {
  readonly writer = shared;
  private readonly random: Random;
  private readonly edits: ReadonlyMap<number, Edit>;
  private written = 0;

  constructor(random: Random, edits: ReadonlyMap<number, Edit>) {
    this.random = random;
    this.edits = edits;
  }

  write(nodes: readonly Node[]): Uint8Array {
    const { writer } = this;
    writer.at = 0;
    for (const node of nodes) this.node(node);
    return writer.bytes.slice(0, writer.at);
  }

  node(node: Node): void {
    const edit = this.edits.get(this.written++);
    if (edit === undefined) this.plain(node);
    else edit(node, this, this.random);
  }

  plain({ tag, value, children }: Node): void {
    this.writer.varint(tag);
    if ((tag & 7) !== 2) {
      this.raw(value);
    } else if (children === undefined) {
      this.writer.varint(value.length);
      this.raw(value);
    } else {
      const start = this.writer.open(1);
      for (const child of children) this.node(child);
      this.writer.close(start, 1);
    }
  }

  raw(bytes: Uint8Array): void {
    const { writer } = this;
    writer.reserve(bytes.length);
    writer.bytes.set(bytes, writer.at);
    writer.at += bytes.length;
  }
}
