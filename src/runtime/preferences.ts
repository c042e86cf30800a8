/** One element of an Accept or Accept-Encoding header. */
export interface Preference {
  /** In lower case, without parameters. */
  value: string;
  /** Names in lower case. */
  parameters: ReadonlyMap<string, string>;
  /** 0 (not wanted) to 1. */
  quality: number;
}

/** Far more than any client sends; what follows is not read. */
const mostElements = 64;

/** Reads a header of content negotiation (RFC 9110, section 12.5). An element with a quality that is not one is not wanted. */
export function preferences(header: string): Preference[] {
  return header
    .split(',', mostElements)
    .map(preference)
    .filter(({ value }) => value !== '');
}

/** Whether a client takes gzip, by its Accept-Encoding header. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const offered = preferences(acceptEncoding ?? '');
  const gzip =
    offered.find(({ value }) => value === 'gzip' || value === 'x-gzip') ??
    offered.find(({ value }) => value === '*');
  return gzip !== undefined && gzip.quality > 0;
}

function preference(element: string): Preference {
  const [value = '', ...rest] = element.split(';').map((part) => part.trim());
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const equals = part.indexOf('=');
    if (equals === -1) continue;
    const name = part.slice(0, equals).trim().toLowerCase();
    parameters.set(name, unquoted(part.slice(equals + 1).trim()));
  }
  const quality = parameters.get('q');
  return { value: value.toLowerCase(), parameters, quality: quality === undefined ? 1 : qualityOf(quality) };
}

function qualityOf(text: string): number {
  return /^(0(\.\d*)?|1(\.0*)?)$/.test(text) ? Number(text) : 0;
}

function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
