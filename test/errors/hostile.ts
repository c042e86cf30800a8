import fc from 'fast-check';

/** Any UTF-16 units: control characters, halves of pairs and all. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.uint16Array({ maxLength }).map((units) => String.fromCharCode(...units));
}

/** The shortest of three runs: a machine that is busy with something else makes some of them longer. */
export function fastestMillis(run: () => void): number {
  const times = [1, 2, 3].map(() => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  });
  return Math.min(...times);
}
