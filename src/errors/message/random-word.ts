/*
 * Whether letters were thrown together: an id may by chance have no digit in it, or its digits where a name may have them.
 */

/**
 * What seldom stands behind a letter within a word of the languages that are written in these letters, and of code: each pair is less than
 * 1.5 in 10,000. Of random pairs every third is one of them.
 */
const seldom: Readonly<Record<string, string>> = {
  b: 'gkpqvwxz',
  c: 'gjnpqvwx',
  d: 'kpqwx',
  f: 'ghjkmpqvwxz',
  g: 'bcdfkpqvxz',
  h: 'bcfghjkpqvwxz',
  j: 'bcdfghjklmpqrvwxyz',
  k: 'bdfghjpqvxz',
  l: 'hqrwxz',
  m: 'cdfgkqrvwxz',
  n: 'qx',
  o: 'q',
  p: 'bdfgjkmqvwxz',
  q: 'abcdefghijklmnopqrstvwxyz',
  r: 'qx',
  s: 'x',
  t: 'jqx',
  u: 'qwy',
  v: 'bcdfghjkmpqstvwxz',
  w: 'bcdfgjklmpqtvwxz',
  x: 'bdfghjklmnoqrsuvwxyz',
  y: 'hjqvwxyz',
  z: 'cdfgjklpqrsvwxz',
};

const letters = 26;
/** By the places of both letters in the alphabet: 1 for a pair that is seldom. */
const isSeldom = new Uint8Array(letters * letters);
for (const [first, all] of Object.entries(seldom))
  for (const second of all)
    isSeldom[placeOf(first.charCodeAt(0)) * letters + placeOf(second.charCodeAt(0))] = 1;

/** In the alphabet, from 0 on, of a letter of ASCII in either case. */
function placeOf(letter: number): number {
  return (letter | 0x20) - 0x61;
}

/** How many such pairs a word of small letters, or with a capital at its beginning, has at the least: names of people and places have one. */
const leastPairs = (length: number): number => (length <= 12 ? 2 : 3);
const shortest = 8;

/** Of all places between two characters, in a word where capitals, small letters and digits are mixed. */
const leastEvidence = (length: number): number => (length >= 16 ? 0.3 : length >= 10 ? 0.4 : 0.5);
/** A pair that is seldom says more than a change of kind, as names of code have them. */
const weightOfPair = 1.5;

/** Of letters only. In capitals it may be a code, such as `EPFNOSUPPORT`. */
const isOneWord = /^[A-Z]?[a-z]+$/;
/** Of ASCII: nothing is known of others. */
const isMixture = /^(?=.*[a-z])(?=.*[A-Z\d])[A-Za-z\d_-]+$/;
/** In UTF-16 units. */
const longest = 128;

export function isRandomWord(word: string): boolean {
  const { length } = word;
  if (length < shortest || length > longest) return false;
  if (isOneWord.test(word)) return evidenceIn(word).pairs >= leastPairs(length);
  if (!isMixture.test(word)) return false;
  const { pairs, changes } = evidenceIn(word);
  return pairs * weightOfPair + changes >= leastEvidence(length) * (length - 1);
}

/** Pairs that are seldom, and changes of kind: from a small letter to a capital, and between letters and digits. */
function evidenceIn(word: string): { pairs: number; changes: number } {
  let pairs = 0;
  let changes = 0;
  let before = word.charCodeAt(0);
  let from = kindOf(before);
  for (let i = 1; i < word.length; i++) {
    const code = word.charCodeAt(i);
    const to = kindOf(code);
    if (
      from !== kind.other &&
      to > kind.other &&
      from !== to &&
      !(from === kind.capital && to === kind.small)
    )
      changes++;
    else if (from >= kind.small && to >= kind.small)
      pairs += isSeldom[placeOf(before) * letters + placeOf(code)]!;
    before = code;
    from = to;
  }
  return { pairs, changes };
}

const kind = { other: 0, digit: 1, small: 2, capital: 3 } as const;

function kindOf(code: number): 0 | 1 | 2 | 3 {
  if (code >= 0x61 && code <= 0x7a) return kind.small;
  if (code >= 0x41 && code <= 0x5a) return kind.capital;
  return code >= 0x30 && code <= 0x39 ? kind.digit : kind.other;
}
