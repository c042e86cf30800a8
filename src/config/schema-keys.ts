import type { z } from 'zod';
import type { Path } from './located.ts';

/** A schema as zod keeps it: what wraps another schema names it in one of these fields. */
interface Definition {
  innerType?: z.core.$ZodType;
  in?: z.core.$ZodType;
  element?: z.core.$ZodType;
  shape?: Record<string, z.core.$ZodType>;
}

/** The keys that a schema knows in the mapping at a path; empty if there is no mapping. */
export function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  let at: z.core.$ZodType | undefined = schema;
  for (const step of path) {
    const definition: Definition = unwrapped(at);
    at = typeof step === 'number' ? definition.element : definition.shape?.[step];
    if (at === undefined) return [];
  }
  return Object.keys(unwrapped(at).shape ?? {});
}

/** Past defaults, options and what is done with the value afterwards. */
function unwrapped(schema: z.core.$ZodType): Definition {
  let definition = schema._zod.def as Definition;
  for (
    let inner = definition.innerType ?? definition.in;
    inner !== undefined;
    inner = definition.innerType ?? definition.in
  ) {
    definition = inner._zod.def as Definition;
  }
  return definition;
}
