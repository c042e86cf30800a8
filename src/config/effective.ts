import { stringify } from 'yaml';
import type * as z from 'zod';
import type { Located, LocatedMap, LocatedScalar, Place } from './located.ts';
import { asWritten, factsOf, noFacts, type SchemaFacts, stepInto } from './schema-facts.ts';

interface Line {
  text: string;
  /** Where the value came from. */
  origin?: string;
}

/** Comments begin in one column, but not further to the right than this. */
const widestColumn = 60;

/**
 * The configuration as it takes effect, in YAML: what files and variables say, with the defaults of everything else, each value with
 * a comment where it came from. Secrets are not shown.
 * @param value what was read from `tree`
 */
export function effectiveYaml(tree: LocatedMap, schema: z.ZodType, value: unknown): string {
  const lines = mapLines(tree, factsOf(schema), value, '');
  const longest = Math.max(...lines.map(({ text, origin }) => (origin === undefined ? 0 : text.length)));
  const column = Math.min(longest, widestColumn);
  return lines
    .map(({ text, origin }) => (origin === undefined ? text : `${text.padEnd(column)}  # ${origin}`))
    .map((line) => `${line}\n`)
    .join('');
}

function mapLines(map: LocatedMap | undefined, facts: SchemaFacts, value: unknown, indent: string): Line[] {
  const names = new Set([...Object.keys(facts.keys ?? {}), ...(map?.entries.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const schema = stepInto(facts, name);
    const below = schema === undefined ? anything : factsOf(schema);
    const node = map?.entries.get(name)?.value;
    return valueLines(`${indent}${yamlText(name)}:`, node, below, childOf(value, name), indent);
  });
}

const anything = noFacts();

/** @param start what stands before the value: a key, or the dash of an item */
function valueLines(
  start: string,
  node: Located | undefined,
  facts: SchemaFacts,
  value: unknown,
  indent: string,
): Line[] {
  const isGiven = node !== undefined && !(node.kind === 'scalar' && node.value === undefined);
  if (!isGiven) return defaultLines(start, facts, value, indent);
  if (node.kind === 'scalar')
    return [{ text: `${start} ${scalarText(node, facts)}`, origin: originOf(node) }];
  const origin = placeText(node.place);
  if (node.kind === 'map') {
    const lines = mapLines(node, facts, value, `${indent}  `);
    return lines.length === 0 ? [{ text: `${start} {}`, origin }] : [{ text: start }, ...lines];
  }
  const item = facts.item === undefined ? anything : factsOf(facts.item);
  const scalars = node.items.filter((one) => one.kind === 'scalar');
  if (scalars.length === node.items.length) {
    const texts = scalars.map((one) => scalarText(one, item, true));
    return [{ text: `${start} [${texts.join(', ')}]`, origin }];
  }
  const items = node.items.map((one, i) => {
    const lines = valueLines(`${indent}  -`, one, item, childOf(value, i), `${indent}  `);
    return onOneLineWithDash(lines);
  });
  return [{ text: start }, ...items.flat()];
}

/** The first key of a mapping stands beside the dash of its item. */
function onOneLineWithDash(lines: Line[]): Line[] {
  const [dash, first, ...rest] = lines;
  if (dash === undefined || first === undefined || dash.origin !== undefined) return lines;
  return [{ ...first, text: `${dash.text} ${first.text.trimStart()}` }, ...rest];
}

function defaultLines(start: string, facts: SchemaFacts, value: unknown, indent: string): Line[] {
  if (facts.keys !== undefined && !facts.isList) {
    // A section that may be left out, and is.
    if (value === undefined && facts.default === undefined) return [];
    const lines = mapLines(undefined, facts, value, `${indent}  `);
    return lines.length === 0 ? [] : [{ text: start }, ...lines];
  }
  const read = value ?? facts.default?.value;
  const written = asWritten(read, facts.kind);
  if (read === undefined || !isPlain(written)) return [];
  const text = Array.isArray(written)
    ? `[${written.map((item) => JSON.stringify(item)).join(', ')}]`
    : typeof written === 'object'
      ? '{}'
      : yamlText(written);
  return [{ text: `${start} ${text}`, origin: 'default' }];
}

/** What a default of a single value, or of a list of them, can be; anything else was made of what is written. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function scalarText(node: LocatedScalar, { kind }: SchemaFacts, withinBrackets = false): string {
  if (kind?.isSecret || ('variable' in node.place && secretName.test(node.place.variable))) return '<secret>';
  if (node.written !== undefined && maybeSecret.test(node.written)) return JSON.stringify(node.written);
  const { value } = node;
  // What was read as a text must not be taken for a reference when it is read again.
  const literal = typeof value === 'string' ? value.replaceAll('${', () => '$${') : value;
  return withinBrackets ? JSON.stringify(literal ?? null) : yamlText(literal);
}

/** As people name variables that hold secrets. */
const secretName = /TOKEN|SECRET|PASS|KEY|CREDENTIAL|AUTH|HEADERS/i;

/** References to what nobody should see in a terminal, whatever the key is that they are used for. */
const maybeSecret = new RegExp(`\\$\\{(file:|env:\\w*(${secretName.source}))`, 'i');

function originOf({ place, written }: LocatedScalar): string {
  // Without their defaults, which may be secret.
  const references = [...(written?.matchAll(/\$\{((?:env:\w+|file:[^}]*))/g) ?? [])];
  const names = references.map(([, name]) => oneLine(`\${${name}}`));
  return [placeText(place), ...names].join(', ');
}

function placeText(place: Place): string {
  return 'file' in place ? `${oneLine(place.file)}:${place.line}` : `environment variable ${place.variable}`;
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '?');
}

/** A scalar on one line, in quotes if it needs them. */
function yamlText(value: unknown): string {
  const text = stringify(value, { lineWidth: 0 }).trimEnd();
  return text.includes('\n') || /\p{Cc}/u.test(text) ? JSON.stringify(value) : text;
}

function childOf(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string | number, unknown>)[step];
}
