import { Admission } from '../../../src/intake/admission.ts';
import { Refused } from '../../../src/intake/answer.ts';
import { inflate } from '../../../src/intake/inflate.ts';
import { compressed, gunzipped, mostInflatedBytes } from '../compressed.ts';
import { damaged } from '../mutate-bytes.ts';
import type { Random } from '../random.ts';
import { Difference, same, type Target, type Verdict } from '../target.ts';

const admission = new Admission(64 * mostInflatedBytes);

export const gzip: Target = {
  name: 'gzip',
  make: (random) => {
    const members = Array.from({ length: random.once(4) ? 2 : 1 }, () => compressed(random));
    const whole = Buffer.concat(members);
    return random.once(10) ? whole : damaged(whole, compressed(random), random);
  },
  check,
};

async function check(input: Uint8Array, random: Random): Promise<Verdict> {
  const expected = gunzipped(input, mostInflatedBytes);
  const claim = admission.open();
  claim.take(input.length);
  const cut = random.below(input.length + 1);
  // Each in memory of its own, as they come: each is freed when it is inflated. (A slice of a Buffer would be none.)
  const pieces = [input.subarray(0, cut), input.subarray(cut)]
    .filter(({ length }) => length > 0)
    .map((piece) => Uint8Array.from(piece));
  const body = await inflate(pieces, mostInflatedBytes, claim).catch((error: unknown) => {
    if (error instanceof Refused) return error;
    throw error;
  });
  claim.release();
  same('nothing stays claimed', admission.bytesInUse, 0);
  if (body instanceof Refused) {
    if (expected instanceof Uint8Array) throw new Difference(`good, and refused: ${body.message}`);
    return 'refused';
  }
  if (expected instanceof Error) throw new Difference(`taken, and zlib says: ${expected.message}`);
  if (!Buffer.from(expected).equals(body)) throw new Difference('inflated to something else');
  return 'taken';
}
