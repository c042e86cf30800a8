import { gunzipSync, gzipSync } from 'node:zlib';
import { Admission } from '../../../src/intake/admission.ts';
import { Refused } from '../../../src/intake/answer.ts';
import { inflate } from '../../../src/intake/inflate.ts';
import { corpusOf } from '../corpus.ts';
import { damaged } from '../mutate-bytes.ts';
import type { Random } from '../random.ts';
import { Difference, same, type Target, type Verdict } from '../target.ts';

const maxBytes = 64 * 1024;
const admission = new Admission(64 * maxBytes);

export const gzip: Target = {
  name: 'gzip',
  make: (random) => {
    const members = Array.from({ length: random.once(4) ? 2 : 1 }, () => compressed(random));
    const whole = Buffer.concat(members);
    return random.once(10) ? whole : damaged(whole, compressed(random), random);
  },
  check,
};

const sizes = [maxBytes - 1, maxBytes, maxBytes + 1].map((length) => new Uint8Array(length));
let pool: readonly Uint8Array[] | undefined;

/** To compress is slow: all that is needed is compressed once. */
function compressed(random: Random): Uint8Array {
  pool ??= [...corpusOf('traces').map(({ bytes }) => bytes), ...sizes].map((plain, i) =>
    gzipSync(plain, { level: [0, 1, 6][i % 3]! }),
  );
  const gzipped = Buffer.from(random.once(20) ? pool.at(-1 - random.below(sizes.length))! : random.one(pool));
  // The size at the end is a hint: anybody can write one.
  if (random.once(8)) gzipped.writeUInt32LE(random.next(), gzipped.length - 4);
  return gzipped;
}

async function check(input: Uint8Array, random: Random): Promise<Verdict> {
  const expected = gunzipped(input);
  const claim = admission.open();
  claim.take(input.length);
  // Copies: pieces are freed when they are inflated.
  const cut = random.below(input.length + 1);
  const pieces = [input.slice(0, cut), input.slice(cut)].filter(({ length }) => length > 0);
  const body = await inflate(pieces, maxBytes, claim).catch((error: unknown) => {
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

function gunzipped(input: Uint8Array): Uint8Array | Error {
  try {
    return gunzipSync(input, { maxOutputLength: maxBytes });
  } catch (error) {
    return error as Error;
  }
}
