import { baseline } from './baseline.ts';
import type { Subject } from './inferred.ts';

/** The inference under test. */
export const subject: Subject = baseline;
