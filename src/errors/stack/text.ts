/** The roots of a name that say whose code it is: `org.springframework` in `org.springframework.web.Servlet`. */
const maxRootParts = 4;

/** @param roots of one to four parts each */
export function isWithin(name: string, roots: ReadonlySet<string>, separator: string): boolean {
  let end = name.indexOf(separator);
  for (let part = 0; part < maxRootParts; part++) {
    if (end === -1) return roots.has(name);
    if (roots.has(name.slice(0, end))) return true;
    end = name.indexOf(separator, end + separator.length);
  }
  return false;
}

/** Undefined for what is no number, or a longer one than any file has lines. */
export function lineNumber(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

export function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
