import fc from 'fast-check';
import { cpuMillis } from '../support/cpu-time.ts';

/** Any UTF-16 units: control characters, halves of pairs and all. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.uint16Array({ maxLength }).map((units) => String.fromCharCode(...units));
}

/** The shortest of three runs, in time that was computed for: a machine that is busy with something else makes some of them longer. */
export function fastestMillis(run: () => void): number {
  const times = [1, 2, 3].map(() => {
    const begin = cpuMillis();
    run();
    return cpuMillis() - begin;
  });
  return Math.min(...times);
}

/**
 * How many times as long it takes to read a long text as to read as much in sixteen texts: about once where the time grows with the length,
 * and sixteen times where it grows with the square of it. However slow the machine is.
 */
export function growth(text: string, read: (text: string) => void): number {
  const parts = 16;
  const part = text.slice(0, text.length / parts);
  const inParts = fastestMillis(() => {
    for (let i = 0; i < parts; i++) read(part);
  });
  return fastestMillis(() => read(text)) / inParts;
}
