import * as z from 'zod';
import { Problem } from '../problem.ts';

/**
 * The parameters of a request, as Alertmanager reads them: a list is one parameter several times, of other parameters the last one
 * counts, and those that are not known are passed over, since newer clients have more of them.
 * @param target of the request, as it came
 * @throws Problem that says everything that is wrong
 */
export function parseAlertmanagerQuery<S extends z.ZodObject>(target: string, schema: S): z.output<S> {
  const start = target.indexOf('?');
  const given = new URLSearchParams(start === -1 ? '' : target.slice(start + 1));
  const values = Object.entries(schema.shape).map(([name, parameter]) => {
    const all = given.getAll(name).filter((text) => text !== '');
    return [name, takesList(parameter as z.ZodType) ? all : all.at(-1)];
  });
  const result = schema.safeParse(Object.fromEntries(values));
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`);
  throw new Problem(400, wrong.join('; '));
}

function takesList(parameter: z.ZodType): boolean {
  return z.safeParse(parameter, []).success;
}
