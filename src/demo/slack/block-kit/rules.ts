/**
 * Rules of JSON shapes, said in the words in which Slack's validator answers. A rule adds to `complaints` what it finds
 * wrong with `value`, each with the JSON pointer of the place.
 */
export type Rule = (value: unknown, pointer: string, complaints: string[]) => void;

export function complain(complaints: string[], pointer: string, what: string): void {
  complaints.push(`${what} [json-pointer:${pointer}]`);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Lengths are counted in UTF-16 units: never fewer than Slack's characters, so what passes here passes there. */
export function string(maxLength: number, minLength = 0): Rule {
  return (value, pointer, complaints) => {
    if (typeof value !== 'string') return complain(complaints, pointer, 'must provide a string');
    if (value.length < minLength)
      complain(complaints, pointer, `must be more than ${minLength - 1} characters`);
    if (value.length > maxLength)
      complain(complaints, pointer, `must be less than ${maxLength + 1} characters`);
  };
}

export function url(maxLength: number): Rule {
  const text = string(maxLength, 1);
  return (value, pointer, complaints) => {
    text(value, pointer, complaints);
    const isWrong = typeof value === 'string' && value !== '' && !URL.canParse(value);
    if (isWrong) complain(complaints, pointer, 'must be a valid URL');
  };
}

export const boolean: Rule = (value, pointer, complaints) => {
  if (typeof value !== 'boolean') complain(complaints, pointer, 'must be a boolean');
};

export function integer(least: number, most: number): Rule {
  return (value, pointer, complaints) => {
    if (!Number.isInteger(value)) return complain(complaints, pointer, 'must be an integer');
    if (Number(value) < least) complain(complaints, pointer, `must be greater than ${least - 1}`);
    if (Number(value) > most) complain(complaints, pointer, `must be less than ${most + 1}`);
  };
}

export function oneOf(...allowed: readonly unknown[]): Rule {
  return (value, pointer, complaints) => {
    if (!allowed.includes(value)) complain(complaints, pointer, 'must be a valid enum value');
  };
}

export function array(item: Rule, maxItems: number, minItems = 1): Rule {
  return (value, pointer, complaints) => {
    if (!Array.isArray(value)) return complain(complaints, pointer, 'must provide an array');
    if (value.length < minItems) complain(complaints, pointer, `must provide at least ${minItems} items`);
    if (value.length > maxItems) complain(complaints, pointer, `no more than ${maxItems} items allowed`);
    value.forEach((element, index) => item(element, `${pointer}/${index}`, complaints));
  };
}

/** No two objects of an array have the same value in this field. */
export function distinct(name: string): Rule {
  return (value, pointer, complaints) => {
    if (!Array.isArray(value)) return;
    const seen = new Set<unknown>();
    for (const [index, element] of value.entries()) {
      const id: unknown = isObject(element) ? element[name] : undefined;
      const at = `${pointer}/${index}/${name}`;
      if (typeof id === 'string' && seen.has(id))
        complain(complaints, at, `\`${name}\` "${id}" already exists`);
      seen.add(id);
    }
  };
}

type Fields = Readonly<Record<string, Rule>>;

export function object(required: Fields, optional: Fields = {}): Rule {
  const rules = new Map(Object.entries({ ...required, ...optional }));
  return (value, pointer, complaints) => {
    if (!isObject(value)) return complain(complaints, pointer, 'must provide an object');
    for (const name of Object.keys(required)) {
      if (!Object.hasOwn(value, name)) complain(complaints, pointer, `missing required field: ${name}`);
    }
    for (const [name, field] of Object.entries(value)) {
      const rule = rules.get(name);
      if (rule === undefined) complain(complaints, pointer, `invalid additional property: ${name}`);
      else rule(field, `${pointer}/${name}`, complaints);
    }
  };
}

/** An object whose `type` says which rule the rest of it is held to. */
export function tagged(kinds: Fields): Rule {
  const rules = new Map(Object.entries(kinds));
  return (value, pointer, complaints) => {
    if (!isObject(value)) return complain(complaints, pointer, 'must provide an object');
    const { type, ...rest } = value;
    if (type === undefined) return complain(complaints, pointer, 'missing required field: type');
    if (typeof type !== 'string') return complain(complaints, `${pointer}/type`, 'must provide a string');
    const rule = rules.get(type);
    if (rule === undefined) return complain(complaints, `${pointer}/type`, `unsupported type: ${type}`);
    rule(rest, pointer, complaints);
  };
}
