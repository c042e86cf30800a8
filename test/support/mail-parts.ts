/** A mail as a program shows it. */
export interface ParsedMail {
  /** By name in lower case; each may be there once. */
  headers: ReadonlyMap<string, string>;
  text: string;
  html: string;
}

/** Reads a multipart/alternative of text and HTML (RFC 2045 to 2047); anything else is an error. */
export function parseMail(raw: string): ParsedMail {
  const { headers, body } = split(raw);
  const [, boundary] =
    /^multipart\/alternative;.*boundary="([^"]+)"$/.exec(headers.get('content-type') ?? '') ?? [];
  if (boundary === undefined) throw new Error(`not a multipart: ${headers.get('content-type')}`);
  const [first, text, html, end] = `\r\n${body}`.split(`\r\n--${boundary}`);
  if (first !== '' || text === undefined || html === undefined || !end?.startsWith('--'))
    throw new Error('not two parts');
  return { headers, text: partOf(text, 'text/plain'), html: partOf(html, 'text/html') };
}

function split(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const headers = new Map<string, string>();
  for (const line of raw
    .slice(0, end)
    .replaceAll(/\r\n(?=[ \t])/g, '')
    .split('\r\n')) {
    const [, name = '', value = ''] = /^([!-9;-~]+): ?(.*)$/.exec(line) ?? [];
    if (name === '' || headers.has(name.toLowerCase()))
      throw new Error(`a header that is none, or twice: ${line}`);
    headers.set(name.toLowerCase(), decodeWords(value));
  }
  return { headers, body: raw.slice(end + 4) };
}

function partOf(part: string, type: string): string {
  const { headers, body } = split(part.replace(/^\r\n/, ''));
  if (headers.get('content-type') !== `${type}; charset=utf-8`)
    throw new Error(`not ${type}: ${headers.get('content-type')}`);
  switch (headers.get('content-transfer-encoding')) {
    case '7bit':
      return body;
    case 'base64':
      return Buffer.from(body, 'base64').toString();
    case 'quoted-printable':
      return bytesOf(body.replaceAll('=\r\n', ''));
    default:
      throw new Error(`encoded in an unknown way: ${headers.get('content-transfer-encoding')}`);
  }
}

/** RFC 2047: `=?utf-8?Q?…?=`. */
function decodeWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?utf-8/gi, '?==?utf-8')
    .replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_all, kind: string, text: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString()
        : bytesOf(text.replaceAll('_', ' ')),
    );
}

function bytesOf(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}
