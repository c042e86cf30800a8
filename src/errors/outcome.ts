/**
 * What became of a failure, by its local root. `failed`: that failed too. `unhandled`: it did with an exception that nobody was left to
 * handle. `recovered`: another attempt succeeded. `swallowed`: a span
 * failed, nothing made up for it, and the root ended well all the same. `handled`: an exception was recorded, and no span failed, or the
 * caller was told. `open`: the root is still to come.
 */
export const outcomes = ['failed', 'unhandled', 'recovered', 'swallowed', 'handled', 'open'] as const;
export type Outcome = (typeof outcomes)[number];
