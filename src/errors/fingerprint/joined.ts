/** With their lengths, so that no two lists of parts run together. */
export function joined(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('');
}
