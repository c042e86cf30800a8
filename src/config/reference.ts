import type * as z from 'zod';
import { asWritten, factsOf, type SchemaFacts } from './schema-facts.ts';

export interface ReferenceFacts {
  /** Environment variables that set a key, by its pattern, such as `alerts.receivers[].slack.token`. */
  variables: ReadonlyMap<string, string>;
  /** Keys that are documented and do nothing yet. */
  planned: readonly string[];
  /** When a change of the key at a pattern takes effect. */
  takesEffect: (pattern: string) => string;
}

interface Row {
  pattern: string;
  schema: SchemaFacts;
  isRequired: boolean;
}

/** The documentation of every key, in Markdown: one table for each section of the file. */
export function referenceOf(schema: z.ZodType, facts: ReferenceFacts): string {
  const sections = Object.entries(factsOf(schema).keys ?? {}).map(([key, section]) => {
    const { description, keys } = factsOf(section);
    const rows = rowsOf(section, key, []);
    // A section that is a single value says what it is in its row.
    const introduction = description === undefined || keys === undefined ? '' : `${description}\n\n`;
    return `### \`${key}\`\n\n${introduction}${tableOf(rows, facts)}`;
  });
  const planned = facts.planned.map((key) => `\`${key}\``).join(' ');
  const later =
    planned === ''
      ? ''
      : `### Not in this version\n\nThese are accepted, do nothing, and are warned of: ${planned}.\n`;
  return `${sections.join('\n')}\n${later}`;
}

/** @param above what lists and mappings around this one hold: what contains itself is shown once */
function rowsOf(schema: z.core.$ZodType, pattern: string, above: readonly z.core.$ZodType[]): Row[] {
  const facts = factsOf(schema);
  const isRequired = schema._zod.optin === undefined;
  const row: Row = { pattern, schema: facts, isRequired };
  if (facts.keys !== undefined && !facts.isList) {
    const rows = Object.entries(facts.keys).flatMap(([key, below]) =>
      rowsOf(below, `${pattern}.${key}`, above),
    );
    // A mapping is a row of its own if it must be there, or there is something to say of it.
    return isRequired || (facts.description !== undefined && pattern.includes('.')) ? [row, ...rows] : rows;
  }
  const { item } = facts;
  const keys = item && factsOf(item).keys;
  if (item === undefined || keys === undefined || above.includes(item)) return [row];
  const step = facts.isList ? '[]' : '.<name>';
  const rows = Object.entries(keys).flatMap(([key, below]) =>
    rowsOf(below, `${pattern}${step}.${key}`, [...above, item]),
  );
  return [row, ...rows];
}

function tableOf(rows: readonly Row[], facts: ReferenceFacts): string {
  const lines = rows.map((row) => {
    const { pattern, schema } = row;
    const variable = facts.variables.get(pattern);
    const environment = variable === undefined ? '' : ` Environment: \`${variable}\`.`;
    const meaning = `${sentence(schema.description)}${environment}`;
    const cells = [`\`${pattern}\``, typeOf(schema), defaultOf(row), facts.takesEffect(pattern), meaning];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
  });
  return `| key | value | default | a change | meaning |\n|---|---|---|---|---|\n${lines.join('')}`;
}

function sentence(text: string | undefined): string {
  if (text === undefined || text === '') return '';
  const begun = `${text[0]!.toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  int: 'whole number',
  boolean: 'true or false',
  object: 'mapping',
};

function typeOf({ kind, choices, types, isList, item, keys }: SchemaFacts): string {
  if (kind !== undefined) return kind.name;
  if (isList) return `list of ${item === undefined ? 'anything' : plural(typeOf(factsOf(item)))}`;
  if (keys !== undefined) return 'mapping';
  if (item !== undefined) return `mapping of names to ${plural(typeOf(factsOf(item)))}`;
  if (choices !== undefined) return choices.map((choice) => `\`${String(choice)}\``).join(', ');
  return [...new Set(types.map((type) => words[type] ?? 'anything'))].join(' or ');
}

function plural(type: string): string {
  if (type === 'text') return 'texts';
  return /^[\w ]*[a-rt-xz]$/.test(type) && !type.includes(' or ') ? `${type}s` : type;
}

function defaultOf({ schema, isRequired }: Row): string {
  if (isRequired) return 'required';
  const { default: given, kind } = schema;
  if (given === undefined || schema.keys !== undefined) return '';
  const value = asWritten(given.value, kind);
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'empty';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
