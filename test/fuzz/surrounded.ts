const margin = 24;

/**
 * The same bytes within others: who reads beyond their ends, where an array of its own would have nothing, sees what is different each
 * time.
 */
export function surrounded(bytes: Uint8Array, by: number): Uint8Array {
  const whole = new Uint8Array(bytes.length + 2 * margin).fill(by);
  whole.set(bytes, margin);
  return whole.subarray(margin, margin + bytes.length);
}

export const surroundings = [0x00, 0x0a, 0xff] as const;
