/** As logging libraries call their levels, by the least SeverityNumber (logs.proto) of what they mean. */
const levels: readonly (readonly [number, string])[] = [
  [1, 'trace verbose finest finer'],
  [5, 'debug fine'],
  [9, 'info information informational notice config'],
  [13, 'warn warning'],
  [17, 'error err severe'],
  [21, 'fatal critical crit alert emergency emerg panic'],
];

const numbers = new Map(
  levels.flatMap(([number, names]) => names.split(' ').map((name) => [name, number] as const)),
);

/** In bytes, which these names have as many of as letters, with the digit that OpenTelemetry's own may have behind them. */
export const longestLevel = 14;

/** `ERROR3` is the third of its kind. */
const numbered = /^([a-z]+)([1-4]?)$/;

/**
 * The SeverityNumber of a record that has none, by its SeverityText: so come those that a collector read from files, or got from an agent
 * that knows no numbers. 0 if the text is no known level.
 */
export function severityInText(text: string): number {
  if (text.length > longestLevel) return 0;
  const [, name = '', step = '1'] = numbered.exec(text.toLowerCase()) ?? [];
  const least = numbers.get(name);
  return least === undefined ? 0 : least + Math.max(0, Number(step) - 1);
}
