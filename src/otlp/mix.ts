/** One step of a hash over 32 bits at a time; each waits for the one before. */
export function mix(value: number, word: number): number {
  const mixed = Math.imul(value ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
