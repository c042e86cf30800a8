/**
 * A line of RFC 4180. Whoever opens it in a spreadsheet must not run what an app wrote into an error message: a cell that begins as a
 * formula does gets an apostrophe before it, and so does what would begin a cell where semicolons or tabs part them, as spreadsheets
 * of half the world expect. Control characters, which a terminal would obey, are not kept.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

const formulas = /((?:^|[;\t\r\n])[" ]*)([=+\-@\uff1d\uff0b\uff0d\uff20])/g;
const beginsWithSpace = /^[\t\r\n]/;
// oxlint-disable-next-line no-control-regex -- it is these that are looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

function csvCell(text: string): string {
  const harmless = text
    .replace(controls, '\ufffd')
    .replace(formulas, "$1'$2")
    .replace(beginsWithSpace, "'$&");
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
