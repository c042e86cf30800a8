import { Liquid, type Template as Parsed } from 'liquidjs';

/*
 * The template engine, in a file of its own: it is loaded with the first template of a configuration, and most have none.
 */

export type { Parsed };

/**
 * No files, no prototypes, and nothing that takes long. What it may count and keep is little: that ends it, whatever the machine does
 * meanwhile, and not the time, which passes also while others have the processor.
 */
export const engine = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
  timezoneOffset: 0,
  parseLimit: 4096,
  renderLimit: 100,
  memoryLimit: 10_000,
});
