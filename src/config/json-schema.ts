import * as z from 'zod';
import { asWritten, factsOf, type SchemaFacts, stepInto } from './schema-facts.ts';

/** A part of a JSON Schema, as far as it is looked at here. */
interface Json {
  [keyword: string]: unknown;
  type?: string | string[];
  properties?: Record<string, Json>;
  additionalProperties?: Json | boolean;
  items?: Json;
  required?: string[];
  anyOf?: Json[];
  oneOf?: Json[];
  /** With one reference, where something is said beside it. */
  allOf?: Json[];
  $ref?: string;
}

const reference: Json = {
  type: 'string',
  pattern: '\\$\\{(env:[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?|file:[^}]+)\\}',
  description: '${env:NAME}, ${env:NAME:-default} or ${file:PATH}',
};
const referenceLink: Json = { $ref: '#/definitions/reference' };

/** Keywords that say of a place what it is for, whatever is written there. */
const annotations = ['description', 'default', 'examples'];

/**
 * A JSON Schema for editors, which most of them want as draft 7. It knows what the file's mechanics allow beside the schema:
 * a reference in place of any value, a key without a value, and keys that this version does not act on.
 */
export function editorSchema(schema: z.ZodType, planned: readonly string[], title: string): object {
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as Json;
  const { $schema, definitions = {}, ...root } = json;
  const made = edit(root, factsOf(schema), false);
  for (const pattern of planned) addPlanned(made, pattern);
  // What contains itself.
  const named = Object.entries(definitions as Record<string, Json>).map(([name, definition]) => {
    const facts = factsBehind(`#/definitions/${name}`, root, factsOf(schema));
    return [name, edit(definition, facts, false)] as const;
  });
  return { $schema, title, ...made, definitions: { ...Object.fromEntries(named), reference } };
}

/** The facts of what is referred to. */
function factsBehind(link: string, json: Json, facts: SchemaFacts): SchemaFacts | undefined {
  if (linkOf(json) === link) return facts;
  const inside = [
    ...Object.entries(json.properties ?? {}),
    ...(json.items === undefined ? [] : [[0, json.items] as const]),
  ];
  for (const [step, part] of inside) {
    const known = below(facts, step);
    const found = known && factsBehind(link, part, known);
    if (found !== undefined) return found;
  }
  return undefined;
}

function linkOf({ $ref, allOf }: Json): string | undefined {
  return $ref ?? allOf?.[0]?.$ref;
}

/** @param mayBeEmpty whether the key may stand there without a value */
function edit(json: Json, facts: SchemaFacts | undefined, mayBeEmpty: boolean): Json {
  const link = linkOf(json);
  if (link !== undefined && mayBeEmpty)
    return { ...annotationsOf(json, facts), anyOf: [{ $ref: link }, { type: 'null' }] };
  if (json.properties !== undefined || typeof json.additionalProperties === 'object')
    return withoutDefault({ ...editMap(json, facts), type: typeOrNull('object', mayBeEmpty) });
  if (json.type === 'array')
    return {
      ...annotationsOf(json, facts),
      ...json,
      type: typeOrNull('array', mayBeEmpty),
      items: edit(json.items ?? {}, below(facts, 0), false),
    };
  const empty: Json[] = mayBeEmpty ? [{ type: 'null' }] : [];
  const options = json.anyOf ?? json.oneOf;
  if (options !== undefined) {
    const edited = options.map((option, i) => {
      const schema = facts?.options[i];
      return edit(option, schema && factsOf(schema), false);
    });
    return { ...annotationsOf(json, facts), anyOf: [...edited, referenceLink, ...empty] };
  }
  if (json.type === undefined) return json;
  const { pattern } = facts?.kind ?? {};
  const constraints = { ...(pattern !== undefined && { pattern }), ...withoutAnnotations(json) };
  const isAnyText = json.type === 'string' && Object.keys(constraints).length === 1;
  if (isAnyText) return { ...annotationsOf(json, facts), type: typeOrNull('string', mayBeEmpty) };
  return { ...annotationsOf(json, facts), anyOf: [constraints, referenceLink, ...empty] };
}

function editMap(json: Json, facts: SchemaFacts | undefined): Json {
  const edited: Json = { ...json };
  if (json.properties !== undefined) {
    edited.properties = {};
    for (const [key, value] of Object.entries(json.properties)) {
      const isRequired = json.required?.includes(key) === true;
      edited.properties[key] = edit(value, below(facts, key), !isRequired);
    }
  }
  if (typeof json.additionalProperties === 'object')
    edited.additionalProperties = edit(json.additionalProperties, below(facts, ''), true);
  return edited;
}

/** A default of a whole section is that of the keys in it, which is said there. */
function withoutDefault(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([keyword]) => keyword !== 'default'));
}

function below(facts: SchemaFacts | undefined, step: string | number): SchemaFacts | undefined {
  const schema = facts && stepInto(facts, step);
  return schema && factsOf(schema);
}

function annotationsOf(json: Json, facts: SchemaFacts | undefined): Json {
  const given = Object.fromEntries(Object.entries(json).filter(([keyword]) => annotations.includes(keyword)));
  const description = facts?.description;
  const value = facts?.default === undefined ? undefined : asWritten(facts.default.value, facts.kind);
  return {
    ...given,
    ...(description !== undefined && { description }),
    ...(value !== undefined && { default: value }),
    ...(facts?.kind !== undefined && { examples: facts.kind.examples }),
  };
}

function withoutAnnotations(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([keyword]) => !annotations.includes(keyword)));
}

function typeOrNull(type: string, mayBeEmpty: boolean): string | string[] {
  return mayBeEmpty ? [type, 'null'] : type;
}

/** `alerts.receivers[].fallback`: anything may stand there. */
function addPlanned(root: Json, pattern: string): void {
  const steps = pattern.split('.');
  const key = steps.pop()!;
  let at: Json | undefined = root;
  for (const step of steps) {
    const section: Json | undefined = at?.properties?.[step.replace(/\[\]$/, '')];
    at = step.endsWith('[]') ? section?.items : section;
  }
  if (at?.properties === undefined) throw new Error(`no mapping for the planned key ${pattern}`);
  at.properties[key] ??= { description: 'not supported by this version' };
}
