/** What a trace says of an exception above its frames. */
export interface Heading {
  /** Empty if what is said does not begin with the name of a type. */
  type: string;
  message: string;
}

/** A type, perhaps with the number that .NET puts behind it (`SocketException (111)`). */
const typed = /^([^\s:()]+)(?: \(-?(?:0x)?[\dA-Fa-f]+\))?(?::(?: |$)|$)/;

/** Reads `type: message`, or only a type. @param lines at least one; the message may have several */
export function headingOf(lines: readonly string[]): Heading {
  const text = lines.map(withoutCarriageReturn).join('\n').trim();
  const [first = ''] = text.split('\n', 1);
  const match = typed.exec(first);
  if (match === null) return { type: '', message: text };
  return { type: match[1]!, message: text.slice(match[0].length).trim() };
}

function withoutCarriageReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
