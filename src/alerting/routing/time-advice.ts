import type { Path } from '../../config/located.ts';
import type { Advice } from '../../config/problem.ts';
import { daysIn, type NamedTimeIntervals, type Range, type TimeInterval } from './time-interval.ts';
import { daysInMonth } from './zoned-time.ts';

/** Ranges that overlap, and intervals in which no time is. */
export function timeAdvice(named: readonly NamedTimeIntervals[], path: Path): Advice[] {
  return named.flatMap(({ time_intervals: intervals }, i) =>
    intervals.flatMap((interval, j) => adviceOn(interval, [...path, i, 'time_intervals', j])),
  );
}

const lists = ['times', 'weekdays', 'days_of_month', 'months', 'years'] as const;

function adviceOn(interval: TimeInterval, path: Path): Advice[] {
  const overlaps = lists.flatMap((key) => {
    const ranges = interval[key] ?? [];
    return ranges.flatMap((range, i): Advice[] => {
      const other = ranges.slice(0, i).findIndex((before) => overlap(before, range));
      return other === -1 ? [] : [{ path: [...path, key, i], message: `overlaps with ${key}[${other}]` }];
    });
  });
  if (hasADay(interval)) return overlaps;
  const message = 'no such day is in these months (and years): the interval contains no time';
  return [...overlaps, { path: [...path, 'days_of_month'], message }];
}

function overlap(a: Range, b: Range): boolean {
  // Which day a negative number is depends on the month.
  if (Math.sign(a.first) !== Math.sign(b.first) || Math.sign(a.last) !== Math.sign(b.last)) return false;
  return a.first <= b.last && b.first <= a.last;
}

/** Whether any month has any of its days; nine years in a row have a leap year. */
function hasADay({ days_of_month: days, months = [{ first: 1, last: 12 }], years }: TimeInterval): boolean {
  if (days === undefined) return true;
  const someYears = (years ?? [{ first: 2028, last: 2028 }]).flatMap(({ first, last }) =>
    numbers({ first, last: Math.min(last, first + 8) }),
  );
  return someYears.some((year) =>
    months.flatMap(numbers).some((month) => {
      const length = daysInMonth(year, month);
      return daysIn(days, length).some(({ first, last }) => Math.max(first, 1) <= Math.min(last, length));
    }),
  );
}

function numbers({ first, last }: Range): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
