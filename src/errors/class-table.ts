import { byFamily, byGeneralName } from './classes/by-general-name.ts';
import { byName } from './classes/by-name.ts';
import { byPhrase } from './classes/by-phrase.ts';
import { byStatus } from './classes/by-status.ts';
import type { ClassRow } from './classes/row.ts';

export type { ClassRow };

/**
 * The first row that fits decides: what the library called it, then what it said, then types that may mean anything, and last what was
 * answered for it.
 */
export const classTable: readonly ClassRow[] = [
  ...byName,
  ...byPhrase,
  ...byGeneralName,
  ...byFamily,
  ...byStatus,
];
