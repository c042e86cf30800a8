import { Liquid, type Template as Parsed } from 'liquidjs';

/*
 * The template engine, in a file of its own: it is loaded with the first template of a configuration, and most have none.
 */

export type { Parsed };

/** No files, no prototypes, and nothing that takes long. */
export const engine = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
  timezoneOffset: 0,
  parseLimit: 4096,
  renderLimit: 20,
  memoryLimit: 100_000,
});
