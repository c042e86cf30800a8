import { firstSteps } from './migrations/first-steps.ts';
import { laterSteps } from './migrations/later-steps.ts';

/**
 * The schema, as the steps that led to it. A step that has been released is never changed; the number of steps done is
 * the database's `user_version`. Times are milliseconds since the Unix epoch; `document` columns hold JSON of what the
 * code reads as a whole, beside the columns by which rows are found.
 */
export const migrations: readonly string[] = [...firstSteps, ...laterSteps];
