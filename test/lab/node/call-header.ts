/** The id of a call among undici's headers, which are one text in some versions and a list of names and values in others. */
export function callOfHeaders(headers: string | readonly (string | string[])[]): string | undefined {
  if (typeof headers === 'string') return /^x-call-id: *(.*?)\r?$/im.exec(headers)?.[1];
  const at = headers.findIndex((name) => String(name).toLowerCase() === 'x-call-id');
  return at === -1 ? undefined : String(headers[at + 1]);
}
