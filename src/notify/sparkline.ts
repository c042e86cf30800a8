const bars = '▁▂▃▄▅▆▇█';

/** Numbers as bars beside each other, the largest the highest; nothing at all is no bar but a line at the bottom. */
export function sparkline(numbers: readonly number[]): string {
  const most = Math.max(...numbers, 1);
  return numbers
    .map((number) =>
      bars.charAt(number <= 0 ? 0 : Math.max(1, Math.ceil((number / most) * (bars.length - 1)))),
    )
    .join('');
}
