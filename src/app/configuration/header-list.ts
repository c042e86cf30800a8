/**
 * `key=value,key=value` with percent-encoded values: the form of W3C baggage without its properties
 * (opentelemetry.io/docs/specs/otel/protocol/exporter, "Specifying headers via environment variables").
 * @returns the headers, and what is wrong with others, by their place in the list, as their text may be secret
 */
export function parseHeaderList(list: string): {
  headers: [name: string, value: string][];
  mistakes: string[];
} {
  const headers: [name: string, value: string][] = [];
  const mistakes: string[] = [];
  for (const [i, member] of list.split(',').entries()) {
    if (member.trim() === '') continue;
    const equals = member.indexOf('=');
    const name = decoded(member.slice(0, Math.max(0, equals)));
    const value = decoded(member.slice(equals + 1));
    if (equals === -1) mistakes.push(`header ${i + 1} has no =: write NAME=VALUE, apart by commas`);
    else if (name === '') mistakes.push(`header ${i + 1} has no name: write NAME=VALUE, apart by commas`);
    else if (name === undefined || value === undefined)
      mistakes.push(`header ${i + 1} has a % that encodes nothing: write %25 for the character itself`);
    else if (value === '') mistakes.push(`header ${i + 1} has no value: write NAME=VALUE, apart by commas`);
    else headers.push([name, value]);
  }
  return { headers, mistakes };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
