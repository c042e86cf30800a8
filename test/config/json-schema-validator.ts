/** Holds a value against as much of JSON Schema (draft 7) as the generated schema uses; refuses keywords that it does not know. */
export function mistakes(schema: unknown, value: unknown): string[] {
  return check(schema as Schema, value, '', schema as Schema);
}

interface Schema {
  [keyword: string]: unknown;
  definitions?: Record<string, Schema>;
}

const annotations = new Set(['$schema', 'title', 'description', 'default', 'examples', 'definitions']);

function check(schema: Schema, value: unknown, path: string, root: Schema): string[] {
  return Object.entries(schema).flatMap(([keyword, said]) => {
    if (annotations.has(keyword)) return [];
    const holds = keywords[keyword];
    if (holds !== undefined) return holds(value, said) ? [] : [`${path}: ${keyword}`];
    return below(keyword, said, schema, value, path, root);
  });
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isType = (value: unknown, type: unknown): boolean => {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isMap(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
};

const whenNumber = (holds: (value: number, bound: number) => boolean) => (value: unknown, said: unknown) =>
  typeof value !== 'number' || holds(value, Number(said));

const keywords: Record<string, (value: unknown, said: unknown) => boolean> = {
  type: (value, said) => [said].flat().some((type) => isType(value, type)),
  const: (value, said) => value === said,
  enum: (value, said) => (said as unknown[]).includes(value),
  pattern: (value, said) => typeof value !== 'string' || new RegExp(String(said), 'u').test(value),
  minLength: (value, said) => typeof value !== 'string' || value.length >= Number(said),
  maxLength: (value, said) => typeof value !== 'string' || value.length <= Number(said),
  minItems: (value, said) => !Array.isArray(value) || value.length >= Number(said),
  maxItems: (value, said) => !Array.isArray(value) || value.length <= Number(said),
  minimum: whenNumber((value, bound) => value >= bound),
  maximum: whenNumber((value, bound) => value <= bound),
  exclusiveMinimum: whenNumber((value, bound) => value > bound),
  exclusiveMaximum: whenNumber((value, bound) => value < bound),
  required: (value, said) => !isMap(value) || (said as string[]).every((key) => key in value),
};

function below(
  keyword: string,
  said: unknown,
  schema: Schema,
  value: unknown,
  path: string,
  root: Schema,
): string[] {
  switch (keyword) {
    case '$ref':
      return check(root.definitions![String(said).split('/').pop()!]!, value, path, root);
    case 'anyOf':
    case 'oneOf':
      return (said as Schema[]).some((option) => check(option, value, path, root).length === 0)
        ? []
        : [`${path}: ${keyword}`];
    case 'allOf':
      return (said as Schema[]).flatMap((part) => check(part, value, path, root));
    case 'items':
      return Array.isArray(value)
        ? value.flatMap((item, i) => check(said as Schema, item, `${path}[${i}]`, root))
        : [];
    case 'propertyNames':
      return isMap(value)
        ? Object.keys(value).flatMap((key) => check(said as Schema, key, `${path}.${key}`, root))
        : [];
    case 'properties':
      return isMap(value)
        ? Object.entries(said as Record<string, Schema>).flatMap(([key, property]) =>
            key in value ? check(property, value[key], `${path}.${key}`, root) : [],
          )
        : [];
    case 'additionalProperties': {
      if (!isMap(value)) return [];
      const known = Object.keys(schema['properties'] ?? {});
      const others = Object.keys(value).filter((key) => !known.includes(key));
      if (said === false) return others.map((key) => `${path}.${key}: ${keyword}`);
      return others.flatMap((key) => check(said as Schema, value[key], `${path}.${key}`, root));
    }
    default:
      throw new Error(`the schema uses ${keyword}, which is not known here`);
  }
}
