import * as z from 'zod';
import { suggest } from '../config/suggest.ts';
import { Problem } from './problem.ts';

/**
 * The parameters of a request, checked by their schema. One that is set to nothing counts as not given.
 * @param target of the request, as it came
 * @throws Problem that says everything that is wrong
 */
export function parseQuery<S extends z.ZodObject>(target: string, schema: S): z.output<S> {
  const start = target.indexOf('?');
  const given = new URLSearchParams(start === -1 ? '' : target.slice(start + 1));
  const names = new Set(given.keys());
  const wrong: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const family = familyOf(name, schema);
    if (family !== undefined) {
      wrong.push(...readMember(values, family, name, given.getAll(name)));
      continue;
    }
    const parameter = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : undefined;
    if (parameter === undefined) wrong.push(unknownParameter(name, Object.keys(schema.shape)));
    else wrong.push(...read(values, name, parameter, given.getAll(name)));
  }
  const result = schema.safeParse(values);
  if (result.error !== undefined) {
    wrong.push(...result.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`));
  }
  if (wrong.length > 0 || !result.success) throw new Problem(400, [...new Set(wrong)].join('; '));
  return result.data;
}

/** A parameter whose name ends in KEY stands for all that begin so: `attr.KEY` is a record of what comes after `attr.`. */
const familyEnd = 'KEY';
const mostMembers = 20;

function familyOf(name: string, schema: z.ZodObject): string | undefined {
  return Object.keys(schema.shape).find(
    (known) =>
      known.endsWith(familyEnd) &&
      name.startsWith(known.slice(0, -familyEnd.length)) &&
      name.length > known.length - familyEnd.length,
  );
}

function readMember(
  values: Record<string, unknown>,
  family: string,
  name: string,
  given: readonly string[],
): string[] {
  const texts = given.filter((text) => text !== '');
  if (texts.length === 0) return [];
  const key = name.slice(family.length - familyEnd.length);
  if (key === '__proto__') return [`${name}: no such name`];
  const members = (values[family] ??= Object.create(null)) as Record<string, string>;
  members[key] = texts[0]!;
  if (Object.keys(members).length > mostMembers) return [`${family}: more than ${mostMembers} of them`];
  return texts.length > 1
    ? [`${name.slice(0, shownLength)}: given ${texts.length} times; it takes one value`]
    : [];
}

/** Reads what was given as what the schema wants. @returns what is wrong */
function read(
  values: Record<string, unknown>,
  name: string,
  parameter: z.ZodType,
  given: readonly string[],
): string[] {
  const texts = given.filter((text) => text !== '');
  const [text] = texts;
  if (text === undefined) return [];
  const type = typeOf(parameter);
  if (type === 'array') {
    values[name] = texts.flatMap((list) => list.split(',')).filter((word) => word !== '');
    return [];
  }
  values[name] = type === 'number' && /^[-+]?\d+$/.test(text) ? Number(text) : text;
  return texts.length > 1 ? [`${name}: given ${texts.length} times; it takes one value`] : [];
}

/** What is wanted beneath defaults, transformations and the like. */
function typeOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return typeOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return typeOf(schema.in as z.ZodType);
  return schema.def.type;
}

/** As much of a name that is not known as is said back. */
const shownLength = 40;

function unknownParameter(name: string, known: readonly string[]): string {
  const shown = JSON.stringify(name.slice(0, shownLength));
  if (known.length === 0) return `there is no parameter ${shown}: none is taken here`;
  const meant = suggest(name.slice(0, shownLength), known);
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  return `there is no parameter ${shown}: ${hint}`;
}
