/** A type of exception for each number, of letters alone: digits do not tell failures apart. */
export function failureType(number: number): string {
  const letters = number
    .toString(26)
    .replaceAll(/[0-9a-p]/g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)));
  return `Failed${letters.toUpperCase()}Error`;
}
