import type * as z from 'zod';
import type { Path } from './located.ts';
import { type ScalarKind, scalarKinds } from './scalar-kind.ts';

type Schema = z.core.$ZodType;

/** A schema as zod keeps it: what wraps or holds other schemas names them in these fields. */
interface Definition {
  type: string;
  innerType?: Schema;
  in?: Schema;
  out?: Schema;
  getter?: () => Schema;
  element?: Schema;
  valueType?: Schema;
  options?: readonly Schema[];
  shape?: Record<string, Schema>;
  values?: readonly unknown[];
  entries?: Record<string, unknown>;
  defaultValue?: unknown;
  format?: string;
}

/** What is written at one place of the file, as its schema knows it. */
export interface SchemaFacts {
  /** Keys of a mapping, with all its alternatives taken together; undefined if it is none, or one with any keys. */
  keys: Readonly<Record<string, Schema>> | undefined;
  /** Of the items of a list, or the values of a mapping with any keys. */
  item: Schema | undefined;
  isList: boolean;
  /** All values that there can be, if they can be counted. */
  choices: readonly unknown[] | undefined;
  /** The alternatives, if there are several. */
  options: readonly Schema[];
  kind: ScalarKind | undefined;
  /** Of zod's types, those that it may be: `string`, `number`, `int`, `boolean` and so on. */
  types: readonly string[];
  description: string | undefined;
  /** As read, not as written, but for a prefault. */
  default: { value: unknown } | undefined;
}

/** Looks past defaults, options, and what is done with the value afterwards. */
export function factsOf(schema: Schema): SchemaFacts {
  const facts = noFacts();
  gather(schema, facts);
  return facts;
}

/** Those of a value that may be anything. */
export function noFacts(): SchemaFacts {
  return {
    keys: undefined,
    item: undefined,
    isList: false,
    choices: undefined,
    options: [],
    kind: undefined,
    types: [],
    description: undefined,
    default: undefined,
  };
}

function gather(schema: Schema, facts: SchemaFacts): void {
  const definition = schema._zod.def as Definition;
  // The outermost says most about this place.
  facts.description ??= (schema as z.ZodType).description;
  facts.kind ??= scalarKinds.get(schema as z.ZodType);
  if (definition.type === 'default' || definition.type === 'prefault')
    facts.default ??= { value: definition.defaultValue };
  // What is written meets the first part of a pipe; with a preprocessor that part takes anything, and the other knows.
  const first = definition.in?._zod.def.type === 'transform' ? definition.out : definition.in;
  const inner = definition.innerType ?? first ?? definition.getter?.();
  if (inner !== undefined) return gather(inner, facts);
  if (definition.type === 'union') {
    facts.options = definition.options ?? [];
    for (const option of facts.options) gatherOption(option, facts);
    return;
  }
  if (definition.shape !== undefined) facts.keys = { ...facts.keys, ...definition.shape };
  if (definition.type === 'array') facts.isList = true;
  facts.item ??= definition.element ?? definition.valueType;
  const choices = definition.values ?? (definition.entries && Object.values(definition.entries));
  if (choices !== undefined) facts.choices = [...(facts.choices ?? []), ...choices];
  facts.types = [...facts.types, typeOf(schema, definition)];
}

/** An alternative speaks for its value, not for the place; one that is secret makes all of them so. */
function gatherOption(option: Schema, facts: SchemaFacts): void {
  const { description, default: defaultHere, kind, options } = facts;
  gather(option, facts);
  const ofOption = factsOf(option).kind;
  facts.kind = ofOption?.isSecret ? ofOption : kind;
  facts.options = options;
  facts.description = description;
  facts.default = defaultHere;
}

function typeOf(schema: Schema, { type, format }: Definition): string {
  const formats = (schema._zod.def.checks ?? []).map(
    (check) => (check._zod.def as { format?: string }).format,
  );
  return type === 'number' && [format, ...formats].includes('safeint') ? 'int' : type;
}

/** The schema of what stands at a path; undefined if nothing may. */
export function schemaAt(schema: Schema, path: Path): Schema | undefined {
  let at: Schema | undefined = schema;
  for (const step of path) {
    if (at === undefined) return undefined;
    at = stepInto(factsOf(at), step);
  }
  return at;
}

/** The schema one step below. */
export function stepInto({ keys, item, isList }: SchemaFacts, step: string | number): Schema | undefined {
  if (typeof step === 'number') return isList ? item : undefined;
  // Own: no key may find what every object has.
  if (keys !== undefined && Object.hasOwn(keys, step)) return keys[step];
  return isList ? undefined : item;
}

/** The keys that a schema knows in the mapping at a path; empty if there is no mapping. */
export function keysAt(schema: Schema, path: Path): string[] {
  const found = schemaAt(schema, path);
  return found === undefined ? [] : Object.keys(factsOf(found).keys ?? {});
}

/** A value that was read, as it would be written; undefined if that is not known. */
export function asWritten(value: unknown, kind: ScalarKind | undefined): unknown {
  if (kind?.isSecret) return '<secret>';
  if (kind?.print !== undefined && typeof value !== 'string') return kind.print(value);
  return value;
}
