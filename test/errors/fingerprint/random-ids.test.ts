import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprint } from '../../../src/errors/fingerprint.ts';

test('makes one issue, or few, of 100,000 messages with random ids', () => {
  const next = generator(20_261_129);
  const pick = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[next(alphabet.length)]).join('');
  const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const small = capitals.toLowerCase();
  const digits = '0123456789';
  const kinds: readonly (() => string)[] = [
    () => String(next(10 ** (1 + next(9)))),
    () => pick('0123456789abcdef', 24),
    () =>
      `${pick('0123456789abcdef', 8)}-${pick('0123456789abcdef', 4)}-4a5b-8c7d-${pick('0123456789abcdef', 12)}`,
    () => `${pick(capitals, 1 + next(3))}-${pick(digits, 1 + next(6))}`,
    () => `${pick(capitals + digits, 4)}-${pick(digits, 4)}`,
    () => `ord_${pick(capitals + small + digits, 17)}7`,
    () => `${pick(small, 6)}@${pick(small, 5)}.example`,
    () => `10.${next(256)}.${next(256)}.${next(256)}`,
    () => `"${pick(small, 7)}"`,
    () => `https://${pick(small, 5)}.example/orders/${next(1e6)}?at=${next(1e9)}`,
    () => new Date(next(2 ** 31) * 1000).toISOString(),
  ];
  const seen = new Set<string>();
  const messages = new Set<string>();
  for (let number = 0; messages.size < 100_000; number++) {
    const message = `order ${kinds[number % kinds.length]!()} was refused at ${next(1e6)}`;
    if (messages.has(message)) continue;
    messages.add(message);
    seen.add(fingerprint({ type: 'Error', message, frames: [], causes: [] }));
  }
  // One for each placeholder, and a few for ids that by chance have the form of something else.
  assert.ok(seen.size <= 60, `${seen.size} issues`);
});

test('makes few issues also of ids that may by chance look like words', () => {
  const next = generator(4);
  const small = 'abcdefghijklmnopqrstuvwxyz';
  const pick = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[next(alphabet.length)]).join('');
  const base36 = `${small}0123456789`;
  const base62 = base36 + small.toUpperCase();
  const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => next(256)));
  const kinds: Record<string, () => string> = {
    base36: () => pick(base36, 11),
    prefixed: () => `usr_${pick(base36, 10)}`,
    base62: () => pick(base62, 12),
    long: () => pick(base62, 22),
    nanoid: () => pick(`${base62}_-`, 21),
    base64: () => bytes(16).toString('base64'),
    base64url: () => bytes(12).toString('base64url'),
  };
  const count = 3000;
  for (const [kind, make] of Object.entries(kinds)) {
    const seen = new Set<string>();
    for (let i = 0; i < count; i++) {
      const message = `order ${make()} was refused`;
      seen.add(fingerprint({ type: 'Error', message, frames: [], causes: [] }));
    }
    // Letters that can be said are no id to anybody, and what stands before a dash may say of what it is.
    assert.ok(seen.size <= count * 0.06, `${kind}: ${seen.size} issues`);
  }
});

/** The same numbers from the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
