import type { Edit, Editor, Node } from './message-tree.ts';
import type { Random } from './random.ts';

/** Numbers at the ends of what types hold, as varints; some longer than they need to be, or than they may be. */
const varints = [
  '00',
  '01',
  '02',
  '7f',
  '8001',
  '8000',
  'ffffffff07',
  'ffffffff0f',
  '8080808010',
  '8080808000',
  'ffffffffffffffff7f',
  'ffffffffffffffffff01',
  '80808080808080808001',
  '8080808080808080808001',
  'ffffffffffffffffffffff01',
].map((hex) => Buffer.from(hex, 'hex'));

const texts = [
  '',
  'exception',
  'service.name',
  'job.name',
  'task.name',
  'exception.type',
  '\u0000',
  'é🛒',
].map((text) => Buffer.from(text));
const badTexts = ['ff', 'c3', 'eda080', 'f4908080', 'c080', 'e28261', '80bf'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

const drop: Edit = () => undefined;

const twice: Edit = (node, out) => {
  out.plain(node);
  out.plain(node);
};

/** Something that nobody knows, in front. */
const unknownBefore: Edit = (node, out, random) => {
  const number = random.one([17, 18, 99, 1000, 2 ** 28]);
  const wire = random.one([0, 1, 2, 5]);
  out.writer.varint(((number << 3) | wire) >>> 0);
  if (wire === 0) out.raw(random.one(varints));
  else if (wire === 2) withLength(out, random.bytes(random.below(9)));
  else out.raw(random.bytes(wire === 1 ? 8 : 4));
  out.plain(node);
};

const group: Edit = (node, out, random) => {
  const number = random.one([1, 5, 20]);
  out.writer.varint((number << 3) | 3);
  out.plain(node);
  out.writer.varint((number << 3) | 4);
};

const otherWireType: Edit = ({ tag, value, children }, out, random) => {
  out.plain({ tag: (tag & ~7) | random.below(8), value, children });
};

const otherField: Edit = (node, out, random) => {
  out.plain({ ...node, tag: ((1 + random.below(17)) << 3) | (node.tag & 7) });
};

const otherValue: Edit = (node, out, random) => {
  const wire = node.tag & 7;
  out.writer.varint(node.tag);
  if (wire === 0) out.raw(random.one(varints));
  else if (wire === 2) withLength(out, contentFor(node, random));
  else out.raw(random.once(4) ? new Uint8Array(node.value.length) : random.bytes(node.value.length));
};

function contentFor({ value }: Node, random: Random): Uint8Array {
  switch (random.below(6)) {
    case 0:
      return new Uint8Array(value.length);
    case 1:
      return random.bytes(value.length);
    case 2:
      return value.subarray(0, random.below(value.length));
    case 3:
      return Buffer.concat([value, random.bytes(1 + random.below(3))]);
    case 4:
      return random.one(badTexts);
    default:
      return random.one(texts);
  }
}

/** A length that is not that of the content. */
const otherLength: Edit = ({ tag, value }, out, random) => {
  out.writer.varint((tag & ~7) | 2);
  if (random.once(2)) out.raw(random.one(varints));
  else out.writer.varint(Math.max(0, value.length + random.one([-2, -1, 1, 2, 200])));
  out.raw(value);
};

/** Lists in lists, about as deep as is allowed. */
const deep: Edit = (_node, out, random) => {
  const depth = random.one([1, 7, 8, 9, 45, 46, 47, 48, 49, 50, 51, 99]);
  let value: Uint8Array = Buffer.of(0x10, 1);
  for (let i = 0; i < depth; i++) value = delimited(0x2a, delimited(0x0a, value));
  out.raw(delimited(random.one([0x4a, 0x0a, 0x12, 0x2a]), random.once(2) ? delimited(0x12, value) : value));
};

/** A message in front that says of one field what the next says again. */
const merged: Edit = (node, out, random) => {
  const children = node.children ?? [];
  const cut = random.below(children.length);
  out.plain({ ...node, children: node.children && children.slice(0, cut) });
  out.plain({ ...node, children: node.children && children.slice(random.below(children.length)) });
};

const edits: readonly Edit[] = [
  drop,
  twice,
  unknownBefore,
  group,
  otherWireType,
  otherField,
  otherValue,
  otherValue,
  otherValue,
  otherLength,
  deep,
  merged,
];

export function randomEdit(random: Random): Edit {
  return random.one(edits);
}

function withLength(out: Editor, content: Uint8Array): void {
  out.writer.varint(content.length);
  out.raw(content);
}

function delimited(tag: number, content: Uint8Array): Uint8Array {
  const length =
    content.length < 0x80 ? [content.length] : [(content.length & 0x7f) | 0x80, content.length >>> 7];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
