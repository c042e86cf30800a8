import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Admission, type Claim } from '../../src/intake/admission.ts';
import { inflate } from '../../src/intake/inflate.ts';

const mebibyte = 2 ** 20;
const maxBytes = 8 * mebibyte;

/** @returns pieces of this length, each in memory of its own, as they come from a socket */
function pieces(bytes: Uint8Array, length = 65_536): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
    Uint8Array.from(bytes.subarray(i * length, (i + 1) * length)),
  );
}

/** Claims what came, as who reads it does, and inflates it. */
async function run(
  compressed: Uint8Array,
  given: { admission?: Admission; pieceLength?: number; claim?: Claim } = {},
): Promise<Uint8Array> {
  const { admission = new Admission(64 * mebibyte), claim = admission.open() } = given;
  assert.ok(claim.take(compressed.length));
  try {
    const body = await inflate(pieces(compressed, given.pieceLength), maxBytes, claim);
    return body;
  } finally {
    claim.release();
  }
}

/** The size that gzip says it has, changed. */
function saying(compressed: Buffer, size: number): Buffer {
  compressed.writeUInt32LE(size, compressed.length - 4);
  return compressed;
}

const text = (length: number): Buffer => Buffer.from('span '.repeat(length / 5 + 1)).subarray(0, length);

suite('inflating', () => {
  const sizes = [0, 1, 3, 4095, 65_536, mebibyte - 1, mebibyte, mebibyte + 1, 5 * mebibyte, maxBytes];
  for (const size of sizes) {
    test(`gives back ${size} bytes, compressible or not, in pieces of any length`, async () => {
      for (const plain of [text(size), randomBytes(size)]) {
        for (const pieceLength of size > 10_000 ? [65_536, 9_999_999] : [1, 7, 65_536]) {
          const body = await run(gzipSync(plain), { pieceLength });
          assert.ok(plain.equals(body));
        }
      }
    });
  }

  test('takes several members for one body, of which only the last says its size', async () => {
    const parts = [text(3 * mebibyte), randomBytes(2 * mebibyte), text(10)];
    const body = await run(Buffer.concat(parts.map((part) => gzipSync(part))));
    assert.ok(Buffer.concat(parts).equals(body));
  });

  test('refuses what is larger than it may be, also if it says another size', async () => {
    const tooLarge = { refusal: 'tooLarge', message: /larger than 8388608/ };
    for (const plain of [text(maxBytes + 1), randomBytes(maxBytes + 1)])
      await assert.rejects(run(gzipSync(plain)), tooLarge);
    for (const size of [0, 100, maxBytes, 2 ** 32 - 1])
      await assert.rejects(run(saying(gzipSync(text(4 * maxBytes)), size)), tooLarge);
  });

  test('refuses what says another size than it has', async () => {
    for (const length of [100, 200_000, 3 * mebibyte]) {
      for (const size of [0, 1, length - 1, length + 1, maxBytes, 2 ** 32 - 1]) {
        await assert.rejects(run(saying(gzipSync(text(length)), size)), { refusal: 'malformed' });
      }
    }
  });

  test('takes or refuses any damaged body, and leaves nothing claimed', async () => {
    const admission = new Admission(64 * mebibyte);
    const whole = gzipSync(Buffer.concat([text(50_000), randomBytes(3_000)]));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const damaged = Buffer.from(whole);
        damaged[at] = damaged[at]! ^ bits;
        await run(damaged, { admission }).catch((error: unknown) => {
          assert.ok(
            ['malformed', 'tooLarge'].includes((error as { refusal: string }).refusal),
            String(error),
          );
        });
        assert.equal(admission.bytesInUse, 0);
      }),
      { numRuns: 300, seed: 20261130 },
    );
  });
});

suite('room for what is inflated', () => {
  test('is claimed as a whole before it is begun, and is the body alone afterwards', async () => {
    const admission = new Admission(64 * mebibyte);
    for (const plain of [text(200_000), text(6 * mebibyte), randomBytes(6 * mebibyte)]) {
      const claim = admission.open();
      const compressed = gzipSync(plain);
      claim.take(compressed.length);
      const inflating = inflate(pieces(compressed), maxBytes, claim);
      assert.ok(admission.bytesInUse >= plain.length);
      assert.ok(admission.bytesInUse <= compressed.length + plain.length);
      await inflating;
      assert.equal(admission.bytesInUse, plain.length + (plain.length > mebibyte ? 0 : compressed.length));
      claim.release();
    }
  });

  test('is claimed once for what cannot be compressed: what came goes as it is inflated', async () => {
    const admission = new Admission(10 * mebibyte);
    const plain = randomBytes(maxBytes);
    assert.ok(plain.equals(await run(gzipSync(plain), { admission })));
  });

  test('goes to some of many large bodies, the others are refused at once, and small ones pass', async () => {
    const admission = new Admission(32 * mebibyte);
    const large = gzipSync(text(maxBytes));
    const outcomes: string[] = [];
    const running = Array.from({ length: 12 }, () =>
      run(large, { admission }).then(
        () => outcomes.push('taken'),
        (error: unknown) => outcomes.push((error as { refusal: string }).refusal),
      ),
    );
    const small = gzipSync(text(100_000));
    for (let i = 0; i < 10; i++) assert.equal((await run(small, { admission })).length, 100_000);
    await Promise.all(running);
    // Three fit into seven eighths of it. Nine had found out before any of those was done.
    assert.deepEqual(
      outcomes.slice(0, 9),
      Array.from({ length: 9 }, () => 'overloaded'),
    );
    assert.deepEqual(outcomes.slice(9), ['taken', 'taken', 'taken']);
    assert.equal(admission.bytesInUse, 0);
  });

  test('is not claimed for a size that so few bytes cannot have', async () => {
    const admission = new Admission(64 * mebibyte);
    const claim = admission.open();
    const liar = saying(gzipSync(text(1000)), 2 ** 32 - 1);
    claim.take(liar.length);
    const inflating = inflate(pieces(liar), maxBytes, claim);
    assert.ok(admission.bytesInUse < liar.length * 1100, String(admission.bytesInUse));
    await assert.rejects(inflating, { refusal: 'malformed' });
    claim.release();
    assert.equal(admission.bytesInUse, 0);
  });

  test('is found as it is needed where more comes than was said', async () => {
    const admission = new Admission(4 * mebibyte);
    const many = Buffer.concat([
      gzipSync(text(3 * mebibyte)),
      gzipSync(text(2 * mebibyte)),
      gzipSync(text(1)),
    ]);
    await assert.rejects(run(many, { admission }), { refusal: 'overloaded' });
    assert.equal(admission.bytesInUse, 0);
  });
});
