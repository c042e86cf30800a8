import { canonicalNumber } from './numbers.ts';

/**
 * Turns the text format 0.0.4 into lines of OpenMetrics, without its end: counters lose `_total` in what is said of the family and
 * have it in their samples, bounds are written as there is only one way to, and there are no empty lines and no comments.
 */
export function toOpenMetrics(text: string): string {
  const counters = new Set<string>();
  for (const [, name] of text.matchAll(/^# TYPE (\S+) counter$/gm)) counters.add(name!);
  let converted = '';
  for (const line of text.split('\n')) {
    const one = line.startsWith('#') ? metadata(line, counters) : sample(line, counters);
    if (one !== '') converted += `${one}\n`;
  }
  return converted;
}

function metadata(line: string, counters: ReadonlySet<string>): string {
  const [, keyword, name, rest] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
  if (keyword === undefined || name === undefined || rest === undefined) return '';
  const family = counters.has(name) ? name.replace(/_total$/, '') : name;
  if (keyword === 'TYPE') return `# TYPE ${family} ${rest === 'untyped' ? 'unknown' : rest}`;
  return `# HELP ${family} ${rest.replaceAll('"', '\\"')}`;
}

function sample(line: string, counters: ReadonlySet<string>): string {
  const name = /^[a-zA-Z_:][\w:]*/.exec(line)?.[0];
  if (name === undefined) return '';
  const rest = line.slice(name.length);
  if (counters.has(name)) return `${name.replace(/_total$/, '')}_total${rest}`;
  if (!name.endsWith('_bucket')) return line;
  return name + rest.replace(/([{,]le=")([^"]+)"/, (_, start, bound) => `${start}${canonicalBound(bound)}"`);
}

function canonicalBound(text: string): string {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : canonicalNumber(value);
}
