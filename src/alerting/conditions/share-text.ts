import type { CallCount } from '../../derive/call-rates.ts';

/** `2.1 % (21 of 1000)` */
export function shareText({ calls, failed }: CallCount): string {
  const percent = (100 * failed) / calls;
  const text = percent === 0 || percent >= 10 ? percent.toFixed(0) : percent.toPrecision(2);
  return `${text} % (${Math.round(failed)} of ${Math.round(calls)})`;
}
