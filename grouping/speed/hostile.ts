/** What stands in messages that are made to take time, or are just long: each is repeated until it is as long as messages get. */
const units = [
  'a',
  ' ',
  '"',
  "'a ",
  '\\"',
  '{"a":',
  '{"error":"',
  '=(',
  '1',
  '1.',
  '1:',
  '1-',
  'a:',
  '::',
  'a.',
  'a@b.',
  'a://',
  '?a',
  '<num> ',
  '00000000-',
  'Mon, ',
  '5 Jan ',
  '1h ',
  'eyJaaaaaaaa.',
  'a1B-',
  'x-bcdfgh',
  '/a1',
  'order A-7036 of jo@example.com, ',
  'the quick brown fox ',
  '漢',
];

/** In UTF-16 units: as much of a message as is kept. */
const length = 4096;

export function hostileMessages(): string[] {
  return units.map((unit) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length));
}
