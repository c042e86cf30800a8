/** How many times as much the slow properties of the whole program try as in a plain `npm test`, which is to be quick. */
export const thoroughness = Number(process.env['TOCSIN_TEST_THOROUGHNESS'] ?? 1);

/** How many random lives a slow property tries. @param few in a plain `npm test` */
export function runs(few: number): number {
  return few * thoroughness;
}
