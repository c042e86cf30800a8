import * as z from 'zod';

/** Schemas with a name of their own in the API's description. */
export const apiSchemas = z.registry<{ id: string }>();

export function named<S extends z.ZodType>(id: string, schema: S): S {
  apiSchemas.add(schema, { id });
  return schema;
}

export const time = z.iso.datetime().describe('RFC 3339, in UTC');

export interface PageAnswer<T> {
  items: T[];
  next_cursor: string | null;
}

/** One page of a list. It may hold fewer items than asked for and still not be the last. */
export function page<S extends z.ZodType>(id: string, item: S) {
  return named(
    `${id}Page`,
    z.object({
      items: z.array(item),
      next_cursor: z.string().nullable().describe('Give it as cursor to read on; null on the last page'),
    }),
  );
}

/** RFC 9457. */
export const problemAnswer = named(
  'Problem',
  z.object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
  }),
);
export type ProblemAnswer = z.infer<typeof problemAnswer>;
